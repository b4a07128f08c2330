"""Is this the record? Asked where the token did not say whose it is, before anything else of it is asked for."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from records.fetching.source import AccessOver
from records.fhir import errors
from records.pages.connecting import client_of
from records.service import finding
from smart_auth.access import (
    PatientRequest,
    Relation,
    SignInNeeded,
    TemporarilyUnavailable,
    confirm_patient,
    no_patient_found,
    propose_patient,
    unconfirmed_access,
)
from trail.entries import Event, Look
from trail.writing import write

SECONDS = 10
YES, NO = "yes", "no"


@require_http_methods(["GET", "POST"])
@unconfirmed_access
def confirm(request: PatientRequest) -> HttpResponse:
    """Show name and birth date of the record that was found, and take the reader's word for whether it is the one."""
    access = request.access
    overview = HttpResponseRedirect(reverse("records:overview", kwargs={"access": access.id}))
    if access.is_confirmed:
        return overview
    if request.method == "POST":
        if request.POST.get("answer") == YES and confirm_patient(request):
            return overview
        return no_patient_found(request, declined=request.POST.get("answer") == NO)
    try:
        found = finding.find(client_of(access, seconds=SECONDS), access.patient)
    except AccessOver as over:
        raise SignInNeeded(by_the_agency=True) from over
    except errors.UpstreamError as trouble:
        raise TemporarilyUnavailable(str(trouble)) from trouble
    if found is None:
        return no_patient_found(request)
    propose_patient(request, found.patient)
    # What the reader is to this patient is not known until they have said that it is the one.
    who = replace(access.who, patient=found.patient, relation=Relation.UNKNOWN.value)
    write(Event.LOOK, who, look=Look(page="confirm", outcome="200"))
    return render(request, "records/confirm.html", {"found": found, "reader_name": access.reader.name})
