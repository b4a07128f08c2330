"""The demo server's settings: a Django project of its own, without a database, all of it in memory."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from demo_server import config

# Authlib refuses plain http except on loopback. In a network of containers the demo server has a name.
if config.BASE_URL.startswith("http://"):
    os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")

# --- Django
DEBUG = False
SECRET_KEY = secrets.token_urlsafe(50)  # of this process: a restart forgets all there is to forget
ALLOWED_HOSTS = [urlsplit(config.BASE_URL).hostname or "", "127.0.0.1", "localhost"]
INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "demo_server"]
MIDDLEWARE = [
    "demo_server.agencies.Addressed",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "demo_server.urls"
WSGI_APPLICATION = "demo_server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "demo_server.agencies.named",
            ]
        },
    }
]
DATABASES: dict[str, dict[str, str]] = {}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
USE_TZ = True
TIME_ZONE = "America/New_York"
LANGUAGE_CODE = "en"
USE_I18N = False
APPEND_SLASH = False

# --- Static files, straight out of the package: nothing to collect
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# --- Cookies. They ignore ports, so their names differ from the portal's. There is no session: who signs
# in is chosen anew for each authorization, and what an app was given is held in `tokens`.
SESSION_COOKIE_NAME = "demo_session"
CSRF_COOKIE_NAME = "demo_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = config.BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [config.origin(config.BASE_URL)]
CSRF_FAILURE_VIEW = "demo_server.pages.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What every answer carries
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # the address of the sign-in page holds the app's state
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        # Browsers hold a form's redirects to this too, and consent leads back to the app.
        "form-action": [
            SELF,
            *sorted({config.origin(uri) for uri in (*config.REDIRECT_URIS, config.LAUNCH_URL)}),
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # The default handlers would write twice and mail nobody.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # At INFO and above 4xx answers of a demonstration of refusals would fill the screen.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        # At DEBUG it writes tokens.
        "authlib": {"level": "WARNING"},
    },
}
