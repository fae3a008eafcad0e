"""The start page in a real browser."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Page


class Silent(WSGIRequestHandler):
    """Serves without writing every request down."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Address of the site, served by this process."""
    from leerrekening.web.wsgi import application

    with make_server("127.0.0.1", 0, application, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_start_page_is_shown(page: Page, site: str) -> None:
    page.goto(site)
    assert page.title() == "Leer- en loopbaanrekening"
    assert page.locator("h1").inner_text() == page.title()
