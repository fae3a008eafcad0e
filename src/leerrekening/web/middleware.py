"""What happens around every request: its record, the headers of its answer, the size of its body."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from leerrekening.web import logs, metrics
from leerrekening.web.errors import error_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]

access = logging.getLogger("leerrekening.web.access")
faults = logging.getLogger("leerrekening.web.faults")

# Everything comes from this site; nothing may run or be styled inside a page; nobody may frame it.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)
UNUSED_FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *(
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
    ),
    *("payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
    *("xr-spatial-tracking",),
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    # Our own forms need to know where they came from; other sites learn nothing.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def security_headers(get_response: GetResponse) -> GetResponse:
    """Give each answer the same headers. A page is asked for again each time, unless its view says otherwise."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        if settings.TLS_ONLY:
            response["Strict-Transport-Security"] = STRICT_TRANSPORT
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return answer


def limit_body(get_response: GetResponse) -> GetResponse:
    """Refuse a body that is too large before reading it, and one whose size nobody gave."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return error_response(request, 411)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.BODY_LIMIT_BYTES:
            return error_response(request, 413)
        return get_response(request)

    return answer


def record_request(get_response: GetResponse) -> GetResponse:
    """Give each request a reference and write one line about it: never what a person typed, nor the address itself.

    A fault is written as the kind of exception and the lines of code it went through; its message may hold
    answers and is left out.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        reference = logs.new_reference()
        request.reference = reference  # type: ignore[attr-defined] # shown on the page of a fault
        outer = logs.reference.set(reference)
        try:
            response = get_response(request)
            response["X-Request-ID"] = reference
            elapsed = time.perf_counter() - started
            fields = {"method": request.method, "route": route(request), "status": response.status_code}
            fields["ms"] = round(elapsed * 1000)
            access.info(
                "%(method)s %(route)s %(status)d %(ms)d ms %(ref)s",
                {**fields, "ref": reference},
                extra=fields,
            )
            metrics.observe(route(request), request.method or "", response.status_code, elapsed)
        finally:
            logs.reference.reset(outer)
        return response

    return answer


def route(request: HttpRequest) -> str:
    """The pattern of the page that was asked for, such as `nl/wetboek/<slug:instrument>`."""
    return f"/{request.resolver_match.route}" if request.resolver_match else "-"


def write_fault(request: HttpRequest, error: BaseException) -> None:
    """Write where a fault happened."""
    reference = getattr(request, "reference", "-")
    faults.error("%s %s %s at %s", reference, route(request), type(error).__name__, logs.place_of(error))
