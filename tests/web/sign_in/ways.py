"""Steps that the tests of signing in share."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.test import Client
from playwright.sync_api import Page

CITIZEN, HELPER = "jozef_claes/BUR", "staff-helper/LLR-helper:OVO999001"
EID, ITSME, SMS, PASSWORD = (
    f"urn:be:vlaanderen:authmech:{means}" for means in ("eid", "itsme", "csamsms", "csampassword")
)


def choose(page: Page, name: str, means: str = "") -> None:
    """Be somebody, at the demo access service."""
    if means:
        page.get_by_role("combobox").select_option(means)
    page.get_by_role("button", name=name).click()


def authorize(
    address: str, who: str, means: str = EID, session: requests.Session | None = None
) -> dict[str, str]:
    """Choose at the demo access service, without a browser; what it sends back to the site."""
    with session or requests.Session() as browser:
        browser.trust_env = False
        answer = browser.post(address, {"who": who, "means": means}, allow_redirects=False, timeout=10)
    return query_of(answer.headers["Location"])


def query_of(address: str) -> dict[str, str]:
    """Parameters of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def to_service(client: Client, path: str = "/nl/aanmelden") -> str:
    """The address at the access service to which the site sends this browser."""
    answer = client.get(path)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def back(client: Client, values: dict[str, str]) -> Any:
    """Come back to the site with these values."""
    return client.get("/aanmelden/terug?" + urlencode(values))


def sign_in_as(client: Client, who: str, means: str = EID, path: str = "/nl/aanmelden") -> Any:
    """The whole way."""
    return back(client, authorize(to_service(client, path), who, means))
