"""What holds for every answer: an audience on every view, the same headers, no cookies, limits, quiet logs."""

import json
import logging
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from tests.web.conftest import LANGUAGES, PAGES, patterns

from leerrekening.web import urls
from leerrekening.web.audience import AudienceMiddleware, audience
from leerrekening.web.declared import Declared
from leerrekening.web.errors import FAULTS, error_response

EXPECTED_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), "
        "fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), "
        "midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), "
        "serial=(), usb=(), xr-spatial-tracking=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
VARYING = {"Content-Language", "Content-Length", "ETag", "Vary", "X-Request-ID"}


@audience("everyone")
def failing(_request: HttpRequest) -> HttpResponse:
    """A view with a fault whose message holds an answer."""
    raise ValueError("born on 1986-03-27")


def undeclared(_request: HttpRequest) -> HttpResponse:
    """A view that forgot its audience."""
    return HttpResponse("secret")


class Addresses:
    """The site with two wrong views added."""

    urlpatterns = (*urls.urlpatterns, path("failing", failing), path("undeclared", undeclared))
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


def test_every_view_declares_its_audience() -> None:
    silent = [
        route
        for route, each in patterns()
        if not isinstance(getattr(each.callback, "audience", None), Declared)
    ]
    assert silent == []


def test_only_views_that_keep_nothing_take_forms_from_elsewhere() -> None:
    open_views = [each.callback for _, each in patterns() if getattr(each.callback, "csrf_exempt", False)]
    assert open_views
    assert all(view.audience.keeps_nothing for view in open_views)


def test_a_view_without_audience_is_never_called() -> None:
    middleware = AudienceMiddleware(lambda _request: HttpResponse())
    with pytest.raises(ImproperlyConfigured, match="undeclared"):
        middleware.process_view(HttpRequest(), undeclared, (), {})
    with pytest.raises(ImproperlyConfigured, match="nobody"):
        audience("nobody")  # type: ignore[arg-type] # the mistake under test


@pytest.mark.parametrize("address", [*PAGES, "/nl/nergens"])
def test_headers(client: Client, address: str) -> None:
    answer = client.get(address)
    assert {name: value for name, value in answer.items() if name not in VARYING} == EXPECTED_HEADERS
    assert not answer.cookies
    assert re.fullmatch("[a-z]{20}", answer["X-Request-ID"])


def test_https_only_when_told(client: Client) -> None:
    with override_settings(TLS_ONLY=True):
        assert client.get("/nl/")["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_static_files_carry_the_headers_too(client: Client) -> None:
    answer = client.get("/static/llr/llr.css")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", FAULTS)
def test_each_fault_has_its_page(status: int, language: str) -> None:
    from django.utils.translation import override

    with override(language):
        answer = error_response(RequestFactory().get(f"/{language}/"), status)
        page = answer.content.decode()
        assert answer.status_code == status
        assert f"<title>{FAULTS[status].title} – " in page
        assert f'lang="{language}"' in page


def test_programs_get_a_problem(client: Client) -> None:
    answer = error_response(RequestFactory().get("/api/nothing"), 404)
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }


def test_unknown_page(client: Client) -> None:
    answer = client.get("/fr/rien")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.content.decode()


def test_unknown_host(client: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        answer = client.get("/de/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Wir verstehen diese Anfrage nicht" in answer.content.decode()


def test_method_not_meant(client: Client) -> None:
    answer = client.post("/nl/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert client.head("/nl/").status_code == 200


def test_a_body_that_is_too_large(client: Client) -> None:
    assert client.post("/nl/over", b"x" * 1_000_001, content_type="text/plain").status_code == 413
    assert client.post("/nl/over", b"x" * 1_000_000, content_type="text/plain").status_code == 405


def test_a_body_of_unknown_size(client: Client) -> None:
    assert client.post("/nl/over", headers={"transfer-encoding": "chunked"}).status_code == 411


@override_settings(ROOT_URLCONF=Addresses)
def test_a_fault_says_nothing_of_the_person(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    logging.getLogger("leerrekening").propagate = True  # so that the test sees what is written
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/failing?born=1986-03-27")
    logging.getLogger("leerrekening").propagate = False
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "ValueError" in caplog.text
    assert answer["X-Request-ID"] in caplog.text
    assert "1986" not in caplog.text
    assert "1986" not in answer.content.decode()


@override_settings(ROOT_URLCONF=Addresses)
def test_an_undeclared_view_stays_closed() -> None:
    answer = Client(raise_request_exception=False).get("/undeclared")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
