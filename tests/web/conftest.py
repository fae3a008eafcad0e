"""The site for the tests: its settings, every page in every language, a running server, a browser with axe, people
who have signed in.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override
from playwright.sync_api import Browser, Page
from tests.installed import new_installed
from tests.web.visitors import accounts, demo_service, open_as, service, sign_in

from leerrekening.web.wsgi import application

__all__ = ["accounts", "demo_service", "new_installed", "open_as", "service", "sign_in"]  # fixtures

AXE = Path(__file__).parent / "assets" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only lines come back: everything that axe says of what is right takes ten times as long to bring over as to find.
FIND = """async tags => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`));
}"""
SCREENSHOTS = settings.DATA / "screenshots"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class UnknownVariable(str):
    """Stands where a template names a variable that does not exist: showing it is a failure."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"a template uses the unknown variable {name}")


setup_test_environment()
engines["django"].engine.string_if_invalid = UnknownVariable("%s")  # type: ignore[attr-defined] # Django has no types


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        else:
            yield route, each


def plain_pages() -> list[str]:
    """Addresses, without their language, of the pages for everyone that need nothing but to be opened."""
    return sorted(
        route.partition("/")[2]
        for route, each in patterns()
        if route.startswith("nl/")
        and "<" not in route
        and each.callback.audience.names == {"everyone"}
        and "GET" in each.callback.audience.methods
    )


PAGES = [f"/{language}/{page}" for language in LANGUAGES for page in plain_pages()]


@pytest.fixture(autouse=True)
def dutch() -> Iterator[None]:
    """What a test renders by itself is in Dutch, whatever page was asked for before."""
    with override("nl"):
        yield


@pytest.fixture
def client() -> Client:
    """A browser without a screen. Faults of a view come up in the test."""
    return Client()


class Silent(WSGIRequestHandler):
    """Serves without writing every request down."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """Answers several requests of a page at once, as the real server does."""

    daemon_threads = True


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the running site, without a slash at the end."""
    with make_server("127.0.0.1", 0, application, ThreadingServer, Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def audited(browser: Browser) -> Iterator[Page]:
    """A page in a browser that lets axe in: the security policy of the site would keep it out."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Page]:
    """A page in a browser with JavaScript switched off."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong on an `audited` page, a line each: rule, place, explanation."""

    def find(page: Page) -> list[str]:
        page.add_script_tag(path=str(AXE))
        lines: list[str] = page.evaluate(FIND, AXE_TAGS)
        return lines

    return find


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keeps the whole page as a picture in .llr/screenshots, for a person to look at."""

    def keep(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        file = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=file, full_page=True)
        return Path(file)

    return keep
