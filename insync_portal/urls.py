"""Where everything stands. Puts the parts together."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from insync_portal import behind, finding, pages

urlpatterns = [
    path("", pages.front, name="front"),
    path("agencies/", finding.every, name="agencies"),
    path("agencies/choose/", finding.choose, name="choose-agency"),
    path("agencies/forget/", finding.forget, name="forget-agency"),
    path("agencies/<slug:slug>/", finding.one, name="agency"),
    path("agencies/<slug:slug>/logo", finding.logo, name="agency-logo"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("demo/behind/", behind.behind, name="behind"),
    path("privacy/", pages.privacy, name="privacy"),
    path(".well-known/security.txt", pages.security_txt, name="security_txt"),
    path("language/", set_language, name="set_language"),
    path("", include("smart_auth.urls")),
    path("record/", include("records.urls")),
]

handler400 = "insync_portal.errors.bad_request"
handler403 = "insync_portal.errors.forbidden"
handler404 = "insync_portal.errors.not_found"
handler500 = "insync_portal.errors.server_error"
