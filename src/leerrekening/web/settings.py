"""Settings of the site. Everything that differs between machines comes from the environment (LLR_...)."""

import os
import secrets
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
DATA = PROJECT / ".llr"


def secret_key(folder: Path) -> str:
    """The key that signs what browsers keep for us: LLR_SECRET_KEY, else one made once for this user."""
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
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("LLR_HOSTS", "").split()]
ROOT_URLCONF = "leerrekening.web.urls"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, dict[str, str]] = {}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {},
    }
]
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
LANGUAGE_CODE = "nl"
