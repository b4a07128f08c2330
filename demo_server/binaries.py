"""The files that a patient's own documents and reports point to. FHIR R4 Binary, 3.1.0.1.10."""

from __future__ import annotations

import base64
import binascii
import re

from django.http import HttpRequest, HttpResponse

from demo_server import negotiation
from demo_server.outcomes import Refusal, forbidden, not_found
from demo_server.scopes import reaches
from demo_server.tokens import Token
from demo_server.trouble import SWITCHES
from demo_server.world import World

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;\s*[\w-]+=[\w.\"-]+)*", re.ASCII)


def answer_binary(request: HttpRequest, id: str, *, token: Token, world: World) -> HttpResponse:  # noqa: A002
    """A file as its own bytes, or as a FHIR Binary where the asker names FHIR JSON.

    Raises:
        Refusal: 403 where only another patient's record points at it, or the scopes reach none of the
            types that do; 404 where there is none, or nobody points at it.
    """
    if switch := SWITCHES.take("refused-binary", "Binary", "read"):
        raise Refusal(switch.status, "forbidden", "Trouble was asked for: files are refused.")
    one, pointing = world.get("Binary", id), world.pointed_at(id)
    if one is None or not pointing:
        raise not_found("Binary")
    types = {resource_type for patient, resource_type in pointing if patient == token.patient}
    if not types:
        raise forbidden("The access token is not good for this resource.")
    if not any(reaches(token.scopes, name, "read") for name in (*types, "Binary")):
        raise forbidden("The access token has no scope for what points at this Binary.")
    # Without data there are no bytes to send: the resource itself says why.
    if negotiation.asks_for_fhir(request) or not one.resource.get("data"):
        return HttpResponse(one.body, content_type="application/fhir+json; charset=utf-8")
    content_type = str(one.resource.get("contentType") or "")
    if not _MEDIA_TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    try:
        data = base64.b64decode(str(one.resource.get("data") or ""))
    except (binascii.Error, ValueError):
        raise Refusal(500, "exception", "The content of this Binary cannot be read.") from None
    # As HAPI does: a file of the record is handed over, never opened on the server's own origin.
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=content_type, headers=headers)
