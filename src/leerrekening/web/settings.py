"""Settings of the site. Everything that differs between machines comes from the environment (LLR_...).

LLR_SECRET_KEY  the signing key; made once in the data folder when absent
LLR_HOSTS       names the site answers to besides this machine, with spaces between them
LLR_TLS=1       the site is reached over https only: browsers are told to never use http again
LLR_ADDRESS     the address of the site as browsers see it (https://...), when another server stands before it
LLR_ISSUER      the access service that signs people in; LLR_CLIENT_ID, LLR_CLIENT_SECRET, LLR_SCOPES and
                LLR_APPLICATION as agreed with it: docs/sign-in.md
LLR_MAIL        how e-mail leaves: console (default), file:FOLDER, smtp://USER:PASSWORD@HOST:PORT, smtps://...
LLR_MAIL_FROM   the address that e-mail comes from
LLR_PROXIES     how many servers of ours stand before the site and add to X-Forwarded-For (0)
LLR_LIMIT_SIGN_IN, LLR_LIMIT_ACCOUNT   steps of signing in by address, and pages by account, each minute and process
                (120, 600; 0: no limit)
LLR_LOG         json: a JSON object for each line of the log; text (default)
LLR_METRICS_TOKEN   who brings it sees the figures at /_metingen; without it there is no such page
LLR_DEBUG=1     for development: errors in the browser, and the gallery of components
LLR_GALLERY=1   the gallery of components alone
"""

import os
import secrets
from pathlib import Path

from leerrekening.policy.monitor.counts import usual_file
from leerrekening.web.logs import logging_settings
from leerrekening.web.mail import mail_settings
from leerrekening.web.translations import LANGUAGE_NAMES, compile_all

PROJECT = Path(__file__).resolve().parents[3]
DATA = PROJECT / ".llr"
# What the account counted: groups of people, never one.
COUNTS = usual_file()
WEB = Path(__file__).resolve().parent


def secret_key(folder: Path) -> str:
    """The key that signs what browsers keep for us: LLR_SECRET_KEY, else one made once, for this user only."""
    given = os.environ.get("LLR_SECRET_KEY")
    if given:
        return given
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "secret-key"
    mine = folder / f"secret-key.{os.getpid()}"
    if not file.exists():
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(64))
        try:
            os.link(mine, file)  # never replaces: two processes that start at once use the key of the first
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return file.read_text(encoding="ascii")


SECRET_KEY = secret_key(DATA)
DEBUG = os.environ.get("LLR_DEBUG") == "1"
GALLERY = DEBUG or os.environ.get("LLR_GALLERY") == "1"
TLS_ONLY = os.environ.get("LLR_TLS") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("LLR_HOSTS", "").split()]

ADDRESS = os.environ.get("LLR_ADDRESS", "").rstrip("/")
CSRF_TRUSTED_ORIGINS = [ADDRESS] if ADDRESS else []

SIGN_IN_ISSUER = os.environ.get("LLR_ISSUER", "")
SIGN_IN_CLIENT_ID = os.environ.get("LLR_CLIENT_ID", "llr")
SIGN_IN_CLIENT_SECRET = os.environ.get("LLR_CLIENT_SECRET", "")
SIGN_IN_APPLICATION = os.environ.get("LLR_APPLICATION", "llr")
SIGN_IN_SCOPES = os.environ.get("LLR_SCOPES", f"openid profile rrn vo {SIGN_IN_APPLICATION}")

PROXIES = int(os.environ.get("LLR_PROXIES", "0"))
LIMIT_SIGN_IN = int(os.environ.get("LLR_LIMIT_SIGN_IN", "120"))
LIMIT_ACCOUNT = int(os.environ.get("LLR_LIMIT_ACCOUNT", "600"))

# The names with __Host- are kept by browsers for this host alone, over https alone.
SESSION_ENGINE = "leerrekening.web.sign_in.sessions"
SESSION_COOKIE_NAME = "__Host-llr-session" if TLS_ONLY else "llr-session"
SESSION_COOKIE_SECURE = TLS_ONLY
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-llr-form" if TLS_ONLY else "llr-form"
CSRF_COOKIE_SECURE = TLS_ONLY
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None

INSTALLED_APPS = ["django.contrib.staticfiles", "leerrekening.web"]
ROOT_URLCONF = "leerrekening.web.urls"
APPEND_SLASH = False
CSRF_FAILURE_VIEW = "leerrekening.web.errors.form_refused"
DATABASES: dict[str, dict[str, str]] = {}

# From the outside in. What is above a line also sees the answers of what is below it, refusals included.
MIDDLEWARE = [
    "leerrekening.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leerrekening.web.middleware.record_request",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "leerrekening.web.middleware.limit_body",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "leerrekening.web.audience.AudienceMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "leerrekening.web.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "leerrekening.web.templatetags.components",
                "leerrekening.web.templatetags.account",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
LANGUAGE_CODE = "nl"
LANGUAGES = list(LANGUAGE_NAMES.items())
LOCALE_PATHS = [compile_all(DATA / "locale")]

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Fonts and scripts are for our own pages only.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# One limit for every body (middleware.limit_body); Django's own must not be the smaller one.
BODY_LIMIT_BYTES = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT_BYTES

EMAIL = mail_settings(os.environ.get("LLR_MAIL", "console"))
EMAIL_BACKEND, EMAIL_FILE_PATH = EMAIL.backend, EMAIL.folder
EMAIL_HOST, EMAIL_PORT, EMAIL_USE_SSL, EMAIL_USE_TLS = EMAIL.host, EMAIL.port, EMAIL.ssl, EMAIL.starttls
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_TIMEOUT = EMAIL.user, EMAIL.password, 20
DEFAULT_FROM_EMAIL = os.environ.get("LLR_MAIL_FROM", "leerrekening@localhost")

METRICS_TOKEN = os.environ.get("LLR_METRICS_TOKEN", "")

# Nothing a person typed reaches a log: no address with its query, no body, no message of an exception.
LOGGING = logging_settings(os.environ.get("LLR_LOG", "text"))
