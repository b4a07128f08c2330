"""The portal's settings. Every value comes from the environment through `env`; `.env.example` lists them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from insync_portal import agencies_file, env, values
from smart_auth.agency import Agency
from smart_auth.servers import from_settings

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Which environment
INSYNC_ENVIRONMENT = env.choice("INSYNC_ENVIRONMENT", ("demo", "sandbox", "production"))
IS_DEMO = INSYNC_ENVIRONMENT == "demo"
IS_PRODUCTION = INSYNC_ENVIRONMENT == "production"
LOOPBACK_HTTP = not IS_PRODUCTION
DEBUG = False
# One agency, whose settings follow; or several, each with what its file says (insync_portal.agencies_file).
AGENCIES_FILE = env.text("AGENCIES_FILE", default="")
if AGENCIES_FILE:
    env.left_out(agencies_file.NOT_BESIDE_IT, because_of="AGENCIES_FILE")

# --- Secrets
SECRET_KEY = env.secret("SECRET_KEY", at_least=env.SECRET_KEY_LENGTH)
SESSION_KEYS = env.keys("SESSION_KEYS")

# --- The record server. An explicit setting wins, then discovery, then InSync's published addresses.
_PRESETS = {
    "demo": "http://127.0.0.1:8001",
    "sandbox": "https://api-cert-stage.insynchcs.com",
    "production": "https://api-cert.insynchcs.com",
}
_PRESET = _PRESETS[INSYNC_ENVIRONMENT]
INSYNC_FHIR_BASE_URL = env.base_url(
    "INSYNC_FHIR_BASE_URL", default=f"{_PRESET}/fhir-request/", loopback_http=LOOPBACK_HTTP
)
INSYNC_AUTHORIZE_URL = env.url("INSYNC_AUTHORIZE_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_TOKEN_URL = env.url("INSYNC_TOKEN_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_JWKS_URL = env.url("INSYNC_JWKS_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_REVOCATION_URL = env.url("INSYNC_REVOCATION_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_END_SESSION_URL = env.url("INSYNC_END_SESSION_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_ISSUER = env.url("INSYNC_ISSUER", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_AUTH_BASE_URL = env.base_url("INSYNC_AUTH_BASE_URL", default="", loopback_http=LOOPBACK_HTTP)
INSYNC_AUTH_HOSTS = env.hosts("INSYNC_AUTH_HOSTS")
_PRESET_APPLIES = f"{_PRESET}/fhir-request/" == INSYNC_FHIR_BASE_URL
# A preset belongs to InSync's own server: pointed elsewhere, the portal must not send a code to InSync.
INSYNC_PRESET_AUTHORIZE_URL = f"{_PRESET}/smartauth/oauth/authorize" if _PRESET_APPLIES else ""
INSYNC_PRESET_TOKEN_URL = f"{_PRESET}/smartauth/oauth/token" if _PRESET_APPLIES else ""
INSYNC_CLIENT_ID = env.text("INSYNC_CLIENT_ID", default="" if AGENCIES_FILE else None)
INSYNC_CLIENT_SECRET = env.text("INSYNC_CLIENT_SECRET", default="")
INSYNC_CLIENT_KEYS_FILE = env.text("INSYNC_CLIENT_KEYS_FILE", default="")
INSYNC_CLIENT_AUTH = (
    env.client_auth(
        "INSYNC_CLIENT_AUTH", secret=bool(INSYNC_CLIENT_SECRET), keys=bool(INSYNC_CLIENT_KEYS_FILE)
    )
    if not AGENCIES_FILE
    else ""
)
INSYNC_SCOPES = env.scopes("INSYNC_SCOPES")
INSYNC_FIND_PATIENT = env.flag("INSYNC_FIND_PATIENT")
INSYNC_CONNECT_TIMEOUT = env.integer("INSYNC_CONNECT_TIMEOUT", default=5, least=1, most=60)
INSYNC_READ_TIMEOUT = env.integer("INSYNC_READ_TIMEOUT", default=20, least=1, most=120)
# Of a worker's 32 threads: so many may wait for the record server, and so many of them for one sign-in.
PAGES_WAITING = env.integer("PAGES_WAITING", default=24, least=1, most=30)
PAGES_OF_ONE_SIGN_IN = env.integer("PAGES_OF_ONE_SIGN_IN", default=8, least=1, most=30)
# After so many failures in a row, met by two patients or more, the record server is left alone for so many seconds.
CIRCUIT_FAILURES = env.integer("CIRCUIT_FAILURES", default=4, least=2, most=100)
CIRCUIT_SECONDS = env.integer("CIRCUIT_SECONDS", default=30, least=1, most=600)
# Words that mean the same at this agency, for search (records/words/lay_words.tsv shows the shape).
SEARCH_WORDS_FILE = env.readable_file("SEARCH_WORDS_FILE")
INSYNC_PROXY_URL = env.proxy("INSYNC_PROXY_URL")
INSYNC_CA_FILE = env.authorities("INSYNC_CA_FILE")

_FHIR = urlsplit(INSYNC_FHIR_BASE_URL)
if IS_PRODUCTION and (
    values.is_loopback(_FHIR.hostname or "")
    or INSYNC_CLIENT_ID == "insync-portal-demo"
    or INSYNC_CLIENT_SECRET == "demo-secret-not-for-production"  # noqa: S105  (the demo's, refused here)
):
    raise ImproperlyConfigured(
        "INSYNC_ENVIRONMENT is production, but INSYNC_FHIR_BASE_URL, INSYNC_CLIENT_ID or INSYNC_CLIENT_SECRET"
        " is the demo server's. Real sign-ins must never meet invented records."
    )
if IS_DEMO and (_FHIR.hostname or "").endswith("insynchcs.com"):
    raise ImproperlyConfigured(
        "INSYNC_ENVIRONMENT is demo, but INSYNC_FHIR_BASE_URL is InSync's own server."
        " The demo's keys are public: set sandbox or production."
    )

# --- Whose portal this is, and where it stands
_OF_THE_DEMO = ("Harbor Lane Behavioral Health", "804-555-0100") if IS_DEMO else (None, None)
_OF_NO_ONE = ("", "") if AGENCIES_FILE else _OF_THE_DEMO
AGENCY_NAME = env.text("AGENCY_NAME", default=_OF_NO_ONE[0])
AGENCY_PHONE = env.text("AGENCY_PHONE", default=_OF_NO_ONE[1])
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")
PORTAL_BASE_URL = env.base_url(
    "PORTAL_BASE_URL", default="http://localhost:8000/" if IS_DEMO else None, loopback_http=LOOPBACK_HTTP
)
_PORTAL = urlsplit(PORTAL_BASE_URL)
if _PORTAL.path != "/":
    raise ImproperlyConfigured(
        "PORTAL_BASE_URL must be the root of a host, like https://records.example.org/."
    )
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=[_PORTAL.hostname or ""])
if _PORTAL.hostname not in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the host of PORTAL_BASE_URL, or every page is refused."
    )
IS_HTTPS = _PORTAL.scheme == "https"

# --- Database, cache
# How long a request may wait for the database, in all, and how many of a worker's 32 threads at once.
DATABASE_SECONDS = env.integer("DATABASE_SECONDS", default=4, least=1, most=60)
DATABASE_WAITING = env.integer("DATABASE_WAITING", default=16, least=1, most=30)
DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        default=f"sqlite:///{BASE_DIR / 'var' / 'portal.sqlite3'}",
        seconds=DATABASE_SECONDS,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": env.cache(
        "CACHE_URL",
        own_mebibytes=env.integer("OWN_CACHE_MEBIBYTES", default=256, least=16, most=65536),
        largest_mebibytes=env.integer("SHARED_VALUE_MEBIBYTES", default=8, least=1, most=64),
    )
}

# --- A file to take along, at most
TAKE_AWAY_MEBIBYTES = env.integer("TAKE_AWAY_MEBIBYTES", default=64, least=4, most=256)

# --- How many sign-ins begin, and come back, in a minute
SIGN_INS_FROM_ONE_ADDRESS = env.integer("SIGN_INS_FROM_ONE_ADDRESS", default=60, least=5, most=100_000)
SIGN_INS_IN_ALL = env.integer("SIGN_INS_IN_ALL", default=600, least=10, most=1_000_000)

# --- Applications
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "insync_portal",
    "trail",
    "smart_auth",
    "records",
]
MIDDLEWARE = [
    # The first three see every answer: pages, errors, redirects to https and static files alike.
    "insync_portal.middleware.RequestId",
    "insync_portal.middleware.SafeHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "insync_portal.middleware.DatabaseInTime",
    "insync_portal.middleware.HealthCheck",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "insync_portal.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "insync_portal.middleware.SignInLimits",
]
METRICS_PORT = env.integer("METRICS_PORT", default=0, least=0, most=65535)
if METRICS_PORT:
    MIDDLEWARE.insert(0, "insync_portal.metrics.Watched")
ROOT_URLCONF = "insync_portal.urls"
WSGI_APPLICATION = "insync_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "insync_portal.templatetags.calling",
                "insync_portal.templatetags.apart",
                "insync_portal.templatetags.numbers",
                "insync_portal.templatetags.icons",
                "insync_portal.templatetags.tongues",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "insync_portal.context.portal",
            ],
        },
    }
]

# --- Languages and time. The zone is the agency's: ours are told in it, and those of the record that are in UTC. A time
# of the record with an offset of its own keeps it.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "insync_portal" / "locale"]
FORMAT_MODULE_PATH = "insync_portal.formats"
LANGUAGE_COOKIE_NAME = "__Host-language" if IS_HTTPS else "portal_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", default="America/New_York")
TIME_ZONE_IS_SET = bool(env.text("TIME_ZONE", default=""))

# --- Static files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Sessions and cookies
SESSION_ENGINE = "smart_auth.sessions"
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "portal_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = IS_HTTPS
# Strict would lose the session on the way back from the agency's sign-in page.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env.integer("SESSION_IDLE_SECONDS", default=15 * 60, least=60, most=60 * 60)
SESSION_COOKIE_AGE = env.integer("SESSION_LIFE_SECONDS", default=12 * 3600, least=600, most=24 * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Which agencies a device was asked to remember: the one thing that is kept in it beyond a visit (smart_auth.agencies).
AGENCIES_COOKIE_NAME = "__Host-agencies" if IS_HTTPS else "portal_agencies"
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "portal_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"{_PORTAL.scheme}://{_PORTAL.netloc}"]
CSRF_FAILURE_VIEW = "insync_portal.errors.csrf_failure"

# --- What every answer carries
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
# Only where a proxy in front sets the header itself: otherwise a visitor could claim https over http.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("TRUST_PROXY") else None
X_FRAME_OPTIONS = "DENY"
# "Sign in" is a POST that leads on to the agency's sign-in page, and Chromium holds form-action against where
# a form's redirects lead. So it is with signing out at the agency. Discovery accepts no other hosts than these.
_SIGN_IN_ORIGINS = {
    f"{parts.scheme}://{parts.netloc}"
    for parts in map(
        urlsplit,
        (
            INSYNC_FHIR_BASE_URL,
            INSYNC_AUTH_BASE_URL,
            INSYNC_AUTHORIZE_URL,
            INSYNC_PRESET_AUTHORIZE_URL,
            INSYNC_END_SESSION_URL,
        ),
    )
    if parts.netloc
} | {f"https://{host}" for host in INSYNC_AUTH_HOSTS}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF, *sorted(_SIGN_IN_ORIGINS)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Who looked (trail/). Apart from the log and its level.
TRAIL = env.choice("TRAIL", ("stream", "table"), default="table" if IS_DEMO else "stream")
TRAIL_FILE = env.text("TRAIL_FILE", default="")
if TRAIL_FILE and (TRAIL == "table" or not Path(TRAIL_FILE).is_absolute()):
    raise ImproperlyConfigured(
        "TRAIL_FILE must be the whole path of a file, and TRAIL=table keeps none: set one of the two."
    )
TRAIL_KEYS = env.keys("TRAIL_KEYS", default="")
TRAIL_DAYS = env.integer("TRAIL_DAYS", default=2190, least=1, most=36500)
TRAIL_ADDRESSES = env.flag("TRAIL_ADDRESSES")

# --- Logs
LOGGING_CONFIG = "insync_portal.logs.configure"
LOGGING = {
    "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"),
    "format": env.choice("LOG_FORMAT", ("text", "json"), default="text"),
}

# --- Several agencies, each with what these settings say where its file says nothing else; empty where there is one.
AGENCIES: tuple[Agency, ...] = (
    agencies_file.read(
        Path(AGENCIES_FILE),
        common=from_settings(SimpleNamespace(**globals())),
        environment=INSYNC_ENVIRONMENT,
        portal_base_url=PORTAL_BASE_URL,
    )
    if AGENCIES_FILE
    else ()
)
