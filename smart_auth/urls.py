"""The addresses of signing in and out."""

from __future__ import annotations

from django.urls import path

from smart_auth import views

app_name = "smart_auth"

urlpatterns = [
    path("auth/launch/", views.launch, name="launch"),
    path("auth/launch/<slug:agency>/", views.launch, name="launch-at"),
    path("auth/callback/", views.callback, name="callback"),
    path("auth/keys.json", views.keys, name="keys"),
    path("auth/callback/<slug:agency>/", views.callback, name="callback-at"),
    path("auth/same-record/", views.same_record, name="same-record"),
    path("auth/open/<str:access>/", views.open_here, name="open"),
    path("auth/stay/<str:access>/", views.stay, name="stay"),
    path("auth/sign-out/", views.sign_out, name="sign-out"),
    path("signed-out/", views.signed_out, name="signed-out"),
]
