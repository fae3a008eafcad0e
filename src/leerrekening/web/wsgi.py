"""The site as a WSGI application."""

import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leerrekening.web.settings")
django.setup()

from leerrekening.web import static_files  # noqa: E402 - needs the settings

static_files.collect()
application = get_wsgi_application()
