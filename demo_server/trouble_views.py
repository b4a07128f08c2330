"""The trouble switches over HTTP: a page for people who give a demonstration, JSON for tests."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from demo_server.trouble import (
    INTERACTIONS,
    KINDS,
    STATUSES,
    SWITCHES,
    TARGETS,
    BadSwitch,
    Switch,
    switch_from,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The page: what is set, a form that adds a switch, a button that clears them all."""
    message = ""
    if request.method == "POST":
        if "clear" in request.POST:
            SWITCHES.clear()
            return HttpResponseRedirect(request.path)
        try:
            SWITCHES.add(switch_from(_from_form(request)))
        except BadSwitch as error:
            message = str(error)
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "kinds": KINDS.items(),
        "targets": TARGETS,
        "interactions": INTERACTIONS.items(),
        "statuses": STATUSES,
        "switches": [_in_words(one) for one in SWITCHES.all()],
        "message": message,
    }
    return render(request, "demo_server/trouble.html", context, status=400 if message else 200)


def _in_words(switch: dict[str, Any]) -> dict[str, Any]:
    """A switch with what the page says of it."""
    return {
        **switch,
        "says": KINDS[switch["kind"]],
        "when": "" if switch["interaction"] == "any" else INTERACTIONS[switch["interaction"]],
        "shows_status": switch["kind"] in ("status", "refused-binary", "token-status"),
    }


def _from_form(request: HttpRequest) -> dict[str, Any]:
    """The fields that were filled in, numbers as numbers."""
    given: dict[str, Any] = {}
    for name in ("kind", "on", "interaction"):
        if value := request.POST.get(name, "").strip():
            given[name] = value
    for name in ("status", "retry_after", "seconds", "after", "times"):
        if value := request.POST.get(name, "").strip():
            try:
                given[name] = float(value) if name == "seconds" else int(value)
            except ValueError:
                raise BadSwitch(f"{name} must be a number.") from None
    return given


@never_cache
@csrf_exempt  # a page elsewhere cannot send these: PUT, DELETE and a JSON body all need a preflight
@require_http_methods(["GET", "PUT", "DELETE"])
def json(request: HttpRequest) -> HttpResponse:
    """`{"switches": [...]}`: GET says what is set, PUT sets exactly these, DELETE clears."""
    if request.method == "DELETE":
        SWITCHES.clear()
    elif request.method == "PUT":
        if request.content_type != "application/json":
            return JsonResponse({"error": "Send application/json."}, status=415)
        try:
            SWITCHES.replace(_from_json(request.body))
        except (BadSwitch, msgspec.DecodeError) as error:
            return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"switches": SWITCHES.all()})


def _from_json(body: bytes) -> list[Switch]:
    given = msgspec.json.decode(body)
    if not isinstance(given, dict) or not isinstance(given.get("switches"), list):
        raise BadSwitch('The body must be {"switches": [...]}.')
    return [switch_from(one) for one in given["switches"]]
