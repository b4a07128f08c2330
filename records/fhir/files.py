"""An attachment's bytes, wherever its server keeps them: as they are, in a Binary, or apart from one. FHIR R4 Binary.

Of HTTP it is handed the one thing that it needs: `get(url, content_type)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from records.fhir import binaries, errors
from records.fhir.elements import Element
from records.fhir.fetched import Fetched
from records.fhir.reading import NotReadable, in_utf8, read

Get = Callable[[str, str | None], Fetched]

_BINARY = re.compile(r"Binary/([A-Za-z0-9._-]+)", re.ASCII)


class Whatever(Element, frozen=True, kw_only=True):
    """What any resource says of itself."""

    resourceType: str = ""
    id: str | None = None


def fetched(url: str, content_type: str | None, *, base: str, get: Get) -> Fetched:
    """What stands at an address under the base, out of the Binary that may be around it.

    Raises:
        errors.KeptElsewhere: the bytes are in a store of the server's own, which does not hand them out.
        errors.UpstreamError: whatever else went wrong.
    """
    if f"/{binaries.ACCESS}?" in url:
        return _kept_apart(url, content_type, get)
    came = get(url, content_type)
    binary = binaries.wrapped(came.content)
    if binary is None and came.content:
        _refuse_broken(came, content_type)
        return came
    found = _unwrapped(binary) if binary is not None else came
    if found.content:
        return found
    is_elsewhere = found.data_element is not None and binaries.is_elsewhere(found.data_element.extension)
    is_binary = _BINARY.fullmatch(url.removeprefix(base))
    if is_binary and (is_elsewhere or binary is None):
        try:
            apart = binaries.access("Binary", is_binary[1], "Binary.data")
            return _kept_apart(f"{base}{apart}", content_type, get)
        except errors.SignInExpired:
            raise
        except errors.UpstreamError:
            if is_elsewhere:
                raise
    return found


def _kept_apart(url: str, content_type: str | None, get: Get) -> Fetched:
    """Bytes that the server keeps apart from their resource, by its operation for them."""
    try:
        came = get(url, content_type)
    except (errors.NotThere, errors.NotShared, errors.NotUnderstood, errors.ServerTrouble) as error:
        raise errors.KeptElsewhere(
            status=error.status, resource_type="Binary", request_id=error.request_id
        ) from None
    binary = binaries.wrapped(came.content)
    found = _unwrapped(binary) if binary is not None else came
    if not found.content:
        raise errors.KeptElsewhere(status=200, resource_type="Binary")
    return found


def _unwrapped(binary: binaries.Binary) -> Fetched:
    try:
        content = binaries.decoded(binary.data or "")
    except ValueError:
        raise errors.Unreadable(status=200, resource_type="Binary") from None
    return Fetched(content=content, content_type=binary.contentType or "", data_element=binary.data_element)


def _refuse_broken(came: Fetched, content_type: str | None) -> None:
    """FHIR that was cut off is no document, where none of JSON was asked for."""
    is_fhir = "json" in came.content_type.lower() and came.content.lstrip().startswith(b"{")
    if not is_fhir or "json" in (content_type or "").lower():
        return
    try:
        read(in_utf8(came.content), Whatever)
    except NotReadable:
        raise errors.Unreadable(status=200, resource_type="Binary") from None
