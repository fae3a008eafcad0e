"""People who have signed in, without going through an access service: for the tests of pages.

def test_own_page(sign_in: SignIn) -> None:
    client = sign_in("citizen")                      # a new invented person
    client.visitor.party

def test_in_a_browser(open_as: OpenAs, sign_in: SignIn, site: str) -> None:
    page = open_as(sign_in("caseworker"))            # with `audited=True` for axe
    page.goto(site + "/nl/...")
"""

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.installed import Installed, NewInstalled

from leerrekening.demo.access_service.server import running, settings_of
from leerrekening.demo.access_service.service import AccessService
from leerrekening.web import database
from leerrekening.web.visitor import Capacity, Visitor

HIGH, SUBSTANTIAL = 35, 25
ORGANISATION = "OVO999001"
numbers = itertools.count(1)

SignIn = Callable[..., Any]
OpenAs = Callable[..., Page]


@pytest.fixture(scope="session")
def accounts(new_installed: NewInstalled) -> Iterator[Installed]:
    """The database behind the site, one for all tests of the site: every test makes people of its own."""
    made = new_installed()
    database.connect_to(made.dsn)
    yield made
    database.connect_to(None)
    made.close()


def new_person(accounts: Installed, given_names: str = "Amina", family_name: str = "Voorbeeld") -> int:
    """The party of a new invented person."""
    party = int(accounts.all("select nextval('registry.party_number')")[0][0])
    accounts.all("insert into led.party values (%s)", party)
    accounts.all(
        "insert into registry.person (party, insz_key, insz_sealed, given_names, family_name)"
        " values (%s, %s, %s, %s, %s)",
        *(party, secrets.token_bytes(32), b"sealed", given_names, family_name),
    )
    return party


def new_visitor(
    accounts: Installed,
    capacity: Capacity,
    *,
    party: int | None = None,
    name: str = "Amina Voorbeeld",
    organisation: str = ORGANISATION,
    level: int = HIGH,
    signed_in_ago: timedelta = timedelta(0),
) -> Visitor:
    """Somebody the database knows; a citizen gets an account unless `party` names one."""
    if capacity == "citizen":
        party = party or new_person(accounts, *name.split(" ", 1))
        organisation = ""
    actor = int(accounts.all("select nextval('registry.actor_number')")[0][0])
    accounts.all(
        "insert into registry.actor (actor, subject, capacity, organisation, organisation_name, name, party)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        *(
            actor,
            f"test-{actor}",
            capacity,
            organisation,
            organisation and "Leerwinkel Voorbeeldstad",
            name,
            party,
        ),
    )
    visitor = Visitor(actor, capacity, name, level, datetime.now(UTC) - signed_in_ago, party, organisation)
    return replace(visitor, organisation_name=organisation and "Leerwinkel Voorbeeldstad")


NAMES = {
    "LLR_ISSUER": "SIGN_IN_ISSUER",
    "LLR_CLIENT_ID": "SIGN_IN_CLIENT_ID",
    "LLR_CLIENT_SECRET": "SIGN_IN_CLIENT_SECRET",
    "LLR_APPLICATION": "SIGN_IN_APPLICATION",
}


@pytest.fixture(scope="session")
def demo_service(site: str) -> Iterator[AccessService]:
    """The demo access service, for the running site and for the client without a screen."""
    with running({site}) as service:
        yield service


@pytest.fixture
def service(demo_service: AccessService, site: str, accounts: Installed) -> Iterator[AccessService]:
    """The demo access service, used by the site for this test."""
    from django.test import override_settings

    values = {NAMES[name]: value for name, value in settings_of(demo_service).items()}
    with override_settings(**values, ADDRESS=site):
        yield demo_service


@pytest.fixture
def sign_in(accounts: Installed) -> SignIn:
    """Makes a browser without a screen in which somebody has signed in; `visitor` on it says who."""
    from django.conf import settings
    from django.test import Client

    sessions = import_module(settings.SESSION_ENGINE)

    def make(capacity: Capacity = "citizen", **options: Any) -> Client:
        client = Client()
        client.visitor = options.get("visitor") or new_visitor(accounts, capacity, **options)
        session = sessions.SessionStore()
        sessions.remember(session, client.visitor)
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return make


@pytest.fixture
def open_as(browser: Browser, site: str) -> Iterator[OpenAs]:
    """Makes pages in a real browser, with the session of what `sign_in` gave."""
    from django.conf import settings

    contexts = []

    def make(client: Any, *, audited: bool = False, **options: Any) -> Page:
        context = browser.new_context(bypass_csp=audited, **options)
        contexts.append(context)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
