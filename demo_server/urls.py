"""Where everything stands. The FHIR side and the trouble page name their own addresses."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from demo_server import authorize, discovery, pages, signing_out

handler404 = "demo_server.pages.not_found"

urlpatterns = [
    path("", RedirectView.as_view(url="/demo/")),
    path("smartauth/oauth/authorize", authorize.authorize),
    path("smartauth/oauth/token", authorize.token),
    path("smartauth/oauth/revoke", authorize.revoke),
    path("smartauth/oauth/end-session", signing_out.end_session),
    path("smartauth/oauth/jwks", authorize.jwks),
    path("smartauth/oauth/.well-known/openid-configuration", discovery.openid_configuration),
    path("fhir-request/.well-known/openid-configuration", discovery.openid_configuration),
    path("fhir-request/.well-known/smart-configuration", discovery.smart_configuration),
    path("demo/", pages.ehr, name="ehr"),
    path("demo/people", pages.people),
    path("", include("demo_server.fhir")),
]
