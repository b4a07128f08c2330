"""The pages between "sign in" and the way back to the app: who you are, whose record, what to share.

Nothing is kept between the pages: the address stays the app's authorization request, and each form sends
along what was chosen before. Every step checks all of it anew.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from demo_server import consent, keys, oauth
from demo_server.launches import LAUNCHES
from demo_server.people.base import Person
from demo_server.trouble import token_trouble
from demo_server.world import world


@dataclass(frozen=True)
class Record:
    """A record that can be chosen: the patient's id, name and age in words ("" where the record does not say)."""

    patient: str
    name: str
    age: str


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """The authorization endpoint: sign-in page, choice of record, consent, and back to the app."""
    try:
        asked = oauth.understand(request)
    except oauth.Refused as refused:
        if refused.response is not None:
            return refused.response
        return render(request, "demo_server/refused.html", {"says": refused.says}, status=400)

    launch = LAUNCHES.find(asked.launch) if asked.launch else None
    slug = launch.person if launch else request.POST.get("person") or asked.login_hint
    person = oauth.person_of(slug)
    if person is None:
        return render(request, "demo_server/sign_in.html", {"people": world().people})

    context = {"person": person, "launched": launch is not None, "others": _without_hint(request)}
    patient = _patient(request, person, asked, launch.patient if launch else "")
    if patient is None:
        records = [record(one) for one in person.patients]
        return render(request, "demo_server/record.html", {**context, "records": records})

    decision = request.POST.get("decision")
    if decision == "refuse":
        return asked.answer(None)
    if decision == "allow":
        scopes = consent.granted(asked.scopes, request.POST.getlist("grant"))
        return asked.answer(oauth.Choice(person, patient, scopes))
    return render(request, "demo_server/consent.html", context | _consent(person, patient, asked))


def _patient(request: HttpRequest, person: Person, asked: oauth.Asked, launched: str) -> str | None:
    """Whose record; "" where the app asks for none; None where it is still to be chosen."""
    if not asked.wants_patient:
        return ""
    chosen = launched or request.POST.get("patient", "")
    if chosen in person.patients:
        return chosen
    return person.patients[0] if len(person.patients) == 1 else None


def _consent(person: Person, patient: str, asked: oauth.Asked) -> dict[str, object]:
    boxes = consent.permissions(asked.scopes)
    return {
        "record": record(patient) if patient else None,
        "own": person.fhir_user == f"Patient/{patient}",
        "identity": consent.identity_words(asked.scopes),
        "boxes": [one for one in boxes if one.value in consent.TYPES],
        "staying": [one for one in boxes if one.value not in consent.TYPES],
    }


def _without_hint(request: HttpRequest) -> str:
    """The same request without a hint at who signs in: the address of the sign-in page."""
    query = request.GET.copy()
    query.pop("login_hint", None)
    return f"{request.path}?{query.urlencode()}"


def record(patient: str) -> Record:
    """What the pages call a record: the patient's name and age, as far as the record says."""
    one = world().get("Patient", patient)
    resource = one.resource if one else {}
    names = [name for name in resource.get("name") or [] if isinstance(name, dict)]
    usual = next((name for name in names if name.get("use") in ("official", "usual", None)), {})
    words = usual.get("text") or " ".join([*(usual.get("given") or []), usual.get("family") or ""])
    return Record(patient, str(words).strip() or patient, _age(str(resource.get("birthDate") or "")))


def _age(birth_date: str) -> str:
    try:
        born = dt.date.fromisoformat(birth_date)
    except ValueError:
        return ""
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years} years old" if years > 1 else "1 year old" if years == 1 else "Under a year old"


@csrf_exempt  # the client authenticates itself; no cookie counts here
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint, or the trouble that was switched on for it."""
    if switch := token_trouble():
        response: HttpResponse = JsonResponse({"error": "temporarily_unavailable"}, status=switch.status)
        response.headers["Cache-Control"] = "no-store"
        if switch.retry_after is not None:
            response.headers["Retry-After"] = str(switch.retry_after)
        return response
    return oauth.token_response(request)


@csrf_exempt  # the client authenticates itself; no cookie counts here
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """The revocation endpoint."""
    return oauth.revocation_response(request)


@require_http_methods(["GET", "HEAD"])
def jwks(request: HttpRequest) -> HttpResponse:
    """The public key of the id_tokens."""
    return JsonResponse(keys.jwk_set(), headers={"Cache-Control": "public, max-age=60"})
