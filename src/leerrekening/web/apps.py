"""The site as Django sees it."""

import sys

from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.http import HttpRequest


class WebConfig(AppConfig):
    """Connects what Django must tell us about."""

    name = "leerrekening.web"
    label = "web"

    def ready(self) -> None:
        """Write each fault to our own log, without what Django would add to it."""
        got_request_exception.connect(record_fault, dispatch_uid="leerrekening.web.faults")


def record_fault(request: HttpRequest | None = None, **_other: object) -> None:
    """Called by Django inside the handling of an exception."""
    from leerrekening.web.middleware import write_fault

    error = sys.exception()
    if request is not None and error is not None:
        write_fault(request, error)
