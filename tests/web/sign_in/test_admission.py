"""Who may open a page: the level of the sign-in, forms that are not lost, mandates, limits, a database that is away."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from tests.installed import Installed
from tests.web.objects import new_mandate
from tests.web.sign_in.ways import (
    CITIZEN,
    HELPER,
    ITSME,
    SMS,
    authorize,
    back,
    query_of,
    sign_in_as,
    to_service,
)
from tests.web.visitors import SUBSTANTIAL, SignIn, new_person, new_visitor

from leerrekening.demo.access_service.service import AccessService
from leerrekening.web import database, urls
from leerrekening.web.audience import audience
from leerrekening.web.sign_in import kept, limits, sessions
from leerrekening.web.sign_in.levels import levels

LATER = levels().fresh + timedelta(minutes=1)


@audience("citizen")
def looked_at(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"account {request.visitor.party}")


@audience("citizen", level="act", methods=("GET", "POST"))
def acted_on(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('what', '')} {request.POST.getlist('more')}")


@audience("citizen", level="act_on_post", methods=("GET", "POST"))
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('what', '')}")


@audience("holder", scope="reserve")
def held(request: HttpRequest, number: int) -> HttpResponse:
    holder = request.holder
    with database.transaction(request) as connection:
        row = connection.execute("select registry.own_party(), registry.actor()").fetchone()
    return HttpResponse(f"{number} {holder.party} {holder.name} {row} {holder.mandate}")


@audience("caseworker", "administrator")
def office(request: HttpRequest) -> HttpResponse:
    return HttpResponse("office")


@audience("citizen")
def failing(request: HttpRequest) -> HttpResponse:
    with database.transaction(request) as connection:
        connection.close()
        connection.execute("select 1")
    return HttpResponse()


class Addresses:
    """The site with pages of every kind."""

    urlpatterns = (
        *urls.urlpatterns,
        path("look", looked_at),
        path("act", acted_on),
        path("form", form),
        path("held/<int:number>", held),
        path("help/<uuid:mandate>/held/<int:number>", held),
        path("office", office),
        path("api/look", looked_at),
        path("failing", failing),
    )
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture(autouse=True)
def pages() -> Any:
    with override_settings(ROOT_URLCONF=Addresses):
        yield


# Levels


def test_looking_needs_a_substantial_sign_in(sign_in: SignIn) -> None:
    assert sign_in("citizen", level=SUBSTANTIAL).get("/look").status_code == 200
    assert sign_in("citizen", level=5).get("/look").status_code == 302


@pytest.mark.parametrize(
    "signed_in",
    [{"level": SUBSTANTIAL}, {"signed_in_ago": LATER}, {"level": SUBSTANTIAL, "signed_in_ago": LATER}],
)
def test_acting_needs_a_strong_and_fresh_sign_in(sign_in: SignIn, signed_in: dict[str, Any]) -> None:
    client = sign_in("citizen", **signed_in)
    answer = client.get("/act")
    asked = query_of(answer["Location"])
    assert SMS not in asked["acr_values"] and ITSME in asked["acr_values"]
    assert asked["prompt"] == "login"
    assert int(asked["max_age"]) == levels().fresh.total_seconds()
    assert client.get("/form").status_code == 200
    assert client.post("/form", {"what": "reserve"}).status_code == 303
    assert sign_in("citizen").get("/act").status_code == 200


def test_step_up_comes_back_to_the_page(client: Client) -> None:
    sign_in_as(client, CITIZEN, SMS)
    answer = client.get("/act?tab=2")
    came = back(client, authorize(answer["Location"], CITIZEN))
    assert came["Location"] == "/act?tab=2"
    assert client.get("/act").status_code == 200


def test_step_up_that_stays_too_weak_does_not_go_round(client: Client, service: AccessService) -> None:
    """An access service that ignores what was asked."""
    sign_in_as(client, CITIZEN, SMS)
    address = client.get("/act")["Location"]
    weak = address.replace("acr_values=", "ignored=") + f"&acr_values={SMS}"
    answer = back(client, authorize(weak, CITIZEN, SMS))
    assert answer.status_code == 403
    assert "niet sterk genoeg" in answer.content.decode()


def test_step_up_that_is_not_fresh(client: Client, service: AccessService) -> None:
    from dataclasses import replace

    address = to_service(client, "/nl/aanmelden?niveau=act")
    answer = authorize(address, CITIZEN)
    grant = service._grants[answer["code"]]
    old = replace(grant.session, auth_time=grant.session.auth_time - int(LATER.total_seconds()))
    service._grants[answer["code"]] = replace(grant, session=old)
    refused = back(client, answer)
    assert refused.status_code == 403
    assert "te oud" in refused.content.decode()
    assert 'href="/nl/aanmelden?opnieuw=1&amp;niveau=act"' in refused.content.decode()


# A form is not lost


def test_a_form_waits_for_the_step_up(client: Client) -> None:
    sign_in_as(client, CITIZEN, SMS)
    answer = client.post("/act", {"what": "één uur", "more": ["a", "b"]})
    assert (answer.status_code, answer["Location"]) == (303, "/nl/aanmelden/verder")
    asks = client.get("/nl/aanmelden/verder").content.decode()
    assert "Meld u opnieuw aan" in asks and "hebben wij bewaard" in asks
    came = back(
        client, authorize(to_service(client, "/nl/aanmelden?terug=/nl/aanmelden/verder&niveau=act"), CITIZEN)
    )
    assert came["Location"] == "/nl/aanmelden/verder"
    shown = client.get("/nl/aanmelden/verder").content.decode()
    assert 'action="/act"' in shown and 'value="één uur"' in shown
    sent = client.post("/act", {"what": "één uur", "more": ["a", "b"]})
    assert sent.content.decode() == "POST één uur ['a', 'b']"
    assert client.get("/nl/aanmelden/verder").status_code == 302  # it is sent: nothing waits any more


def test_a_form_after_the_session_has_ended(client: Client, accounts: Installed) -> None:
    sign_in_as(client, CITIZEN)
    end(accounts, client)
    answer = client.post("/form", {"what": "typed"})
    assert answer["Location"] == "/nl/aanmelden/verder"
    assert "verlopen" in client.get("/nl/aanmelden/verder").content.decode()
    came = back(
        client, authorize(to_service(client, "/nl/aanmelden?terug=/nl/aanmelden/verder&niveau=act"), CITIZEN)
    )
    assert came["Location"] == "/nl/aanmelden/verder"
    assert 'value="typed"' in client.get("/nl/aanmelden/verder").content.decode()


def test_a_form_is_never_shown_to_somebody_else(client: Client, accounts: Installed) -> None:
    """Two people at one desk: the second signs in after the session of the first has ended."""
    sign_in_as(client, CITIZEN)
    end(accounts, client)
    client.post("/form", {"what": "secret of the first"})
    came = back(client, authorize(to_service(client, "/nl/aanmelden?terug=/nl/aanmelden/verder"), HELPER))
    assert came.status_code == 302
    answer = client.get("/nl/aanmelden/verder", follow=True)
    assert "secret" not in answer.content.decode()


def test_a_form_of_nobody_is_not_kept(client: Client) -> None:
    """A form of another site arrives without a session: it is not put before the person after they sign in."""
    answer = client.post("/form", {"what": "planted"})
    assert answer["Location"] == "/nl/aanmelden/verder?weg=1"
    assert "konden wij niet bewaren" in client.get("/nl/aanmelden/verder?weg=1").content.decode()
    assert kept.KEPT not in client.session


def test_a_form_of_another_site_is_refused(sign_in: SignIn, accounts: Installed) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in("citizen").cookies
    assert (
        strict.post("/act", {"what": "planted"}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )
    end(accounts, strict)
    assert (
        strict.post("/act", {"what": "planted"}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )


@pytest.mark.parametrize("what", ["x" * (kept.LARGEST + 1), None])
def test_what_cannot_be_kept_is_said(sign_in: SignIn, what: str | None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = sign_in("citizen", level=SUBSTANTIAL)
    body = {"what": what} if what else {"file": SimpleUploadedFile("a.txt", b"a")}
    answer = client.post("/act", body)
    assert answer["Location"] == "/nl/aanmelden/verder?weg=1"
    assert "konden wij niet bewaren" in client.get(answer["Location"]).content.decode()


def test_a_part_of_a_page_does_not_follow_to_another_site(client: Client, sign_in: SignIn) -> None:
    part = client.get("/look", headers={"hx-request": "true"})
    assert (part.status_code, part["HX-Refresh"]) == (204, "true")
    weak = sign_in("citizen", level=SUBSTANTIAL).post("/act", {"what": "x"}, headers={"hx-request": "true"})
    assert (weak.status_code, weak["HX-Redirect"]) == (204, "/nl/aanmelden/verder")


def key_hash_of(client: Client) -> bytes:
    """How the database knows the session of this browser."""
    return sessions.hash_of(client.cookies[settings.SESSION_COOKIE_NAME].value)


def end(accounts: Installed, client: Client) -> None:
    """Let the time of a session pass."""
    key = key_hash_of(client)
    accounts.all(
        "update registry.session set expires_at = now() - interval '1 minute' where key_hash = %s", key
    )


# Sessions end


def test_a_session_ends_without_use_and_in_any_case(sign_in: SignIn, accounts: Installed) -> None:
    client = sign_in("citizen")
    key = key_hash_of(client)
    accounts.all(
        "update registry.session set expires_at = now() + interval '5 minutes' where key_hash = %s", key
    )
    assert client.get("/look").status_code == 200
    left = "select extract(epoch from expires_at - now())::int from registry.session where key_hash = %s"
    assert accounts.all(left, key)[0][0] > 1700  # use moved the end on
    accounts.all(
        "update registry.session set ends_at = now() + interval '2 minutes', expires_at = now() + interval '1 minute'"
        " where key_hash = %s",
        key,
    )
    assert client.get("/look").status_code == 200
    assert 60 < accounts.all(left, key)[0][0] <= 120  # never beyond its last moment
    end(accounts, client)
    assert client.get("/look").status_code == 302


def test_ended_sessions_are_forgotten(sign_in: SignIn, accounts: Installed) -> None:
    """By the run of the night, a day after their end."""
    old, fresh = sign_in("citizen"), sign_in("citizen")
    ended = "update registry.session set expires_at = now() - %s::interval where key_hash = %s"
    accounts.all(ended, "3 days", key_hash_of(old))
    accounts.all(ended, "1 hour", key_hash_of(fresh))
    with accounts.access.transaction("batch") as connection:
        connection.execute("select registry.delete_past('sessions', now() - interval '1 day', current_date)")
    left = "select 1 from registry.session where key_hash = %s"
    assert accounts.all(left, key_hash_of(old)) == []
    assert accounts.all(left, key_hash_of(fresh)) == [(1,)]


# Capacities and mandates


@pytest.mark.parametrize("capacity", ["helper", "caseworker", "analyst", "auditor", "administrator"])
def test_other_capacities_do_not_open_a_citizens_page(sign_in: SignIn, capacity: str) -> None:
    answer = sign_in(capacity).get("/look")
    assert answer.status_code == 403
    assert "andere rol" in answer.content.decode()


@pytest.mark.parametrize("capacity", ["analyst", None])
def test_who_sees_no_person_has_no_transaction(accounts: Installed, capacity: Any) -> None:
    request = RequestFactory().get("/")
    request.visitor = new_visitor(accounts, capacity) if capacity else None
    request.holder = None
    with pytest.raises(ImproperlyConfigured), database.transaction(request):
        pass


def test_several_capacities(sign_in: SignIn) -> None:
    opened = {
        each: sign_in(each).get("/office").status_code for each in ("citizen", "caseworker", "administrator")
    }
    assert opened == {"citizen": 403, "caseworker": 200, "administrator": 200}


def test_programs_are_told(client: Client) -> None:
    answer = client.get("/api/look")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_live_mandate_opens_one_account(sign_in: SignIn, accounts: Installed) -> None:
    helper = sign_in("helper")
    party = new_person(accounts, "Jozef", "Claes")
    opened = new_mandate(accounts, party, helper.visitor.actor)
    text = helper.get(f"/help/{opened}/held/7").content.decode()
    assert text == f"7 {party} Jozef Claes ({party}, {helper.visitor.actor}) {opened}"
    assert helper.get("/held/7").status_code == 403


DEAD: dict[str, dict[str, str]] = {
    "over": {"begins_at": "now() - interval '2 days'", "ends_at": "now() - interval '1 day'"},
    "not yet": {"begins_at": "now() + interval '1 day'", "ends_at": "now() + interval '2 days'"},
    "ended": {"ended_at": "now()", "ended_by": "'citizen'"},
    "of a smaller scope": {"scopes": "array['look']"},
    "asked, not given": {"begins_at": "null", "ends_at": "null"},
}


@pytest.mark.parametrize("changed", DEAD.values(), ids=DEAD)
def test_a_mandate_that_opens_nothing(sign_in: SignIn, accounts: Installed, changed: dict[str, str]) -> None:
    """The same page as for a mandate that never was."""
    helper = sign_in("helper")
    dead = new_mandate(
        accounts, new_person(accounts, "Verborgen", "Persoon"), helper.visitor.actor, **changed
    )
    answers = [helper.get(f"/help/{each}/held/7") for each in (dead, uuid4())]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert b"Verborgen" not in answers[0].content


def test_the_mandate_of_another(sign_in: SignIn, accounts: Installed) -> None:
    party = new_person(accounts, "Jozef", "Claes")
    owner = new_visitor(accounts, "helper")
    opened = new_mandate(accounts, party, owner.actor)
    never = uuid4()
    for client in (
        sign_in("helper"),
        sign_in("caseworker"),
        sign_in("citizen"),
        sign_in("citizen", party=party),
    ):
        answers = [client.get(f"/help/{each}/held/7") for each in (opened, never)]
        assert [each.status_code for each in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_a_locked_helper(sign_in: SignIn, accounts: Installed) -> None:
    helper = sign_in("helper")
    opened = new_mandate(accounts, new_person(accounts), helper.visitor.actor)
    accounts.all("update registry.actor set locked_at = now() where actor = %s", helper.visitor.actor)
    assert helper.get(f"/help/{opened}/held/7").status_code == 404


# Limits


def test_signing_in_is_slowed_down(client: Client) -> None:
    limits.forget()
    with override_settings(LIMIT_SIGN_IN=3):
        statuses = [client.get("/nl/aanmelden").status_code for _ in range(5)]
        slow = client.get("/nl/aanmelden")
        assert client.get("/nl/").status_code == 200
        assert client.get("/nl/aanmelden", REMOTE_ADDR="192.0.2.7").status_code == 302
    limits.forget()
    assert statuses == [302, 302, 302, 429, 429]
    assert 0 < int(slow["Retry-After"]) <= 60
    assert "geen recht" in slow.content.decode()


def test_an_account_is_slowed_down(sign_in: SignIn) -> None:
    limits.forget()
    one, other = sign_in("citizen"), sign_in("citizen")
    with override_settings(LIMIT_ACCOUNT=2):
        assert [one.get("/look").status_code for _ in range(3)] == [200, 200, 429]
        assert other.get("/look").status_code == 200
    limits.forget()


def test_a_limit_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    limit = limits.Limit()
    assert [limit.seconds_to_wait("a", 6) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    now[0] += 10
    assert [limit.seconds_to_wait("a", 6) for _ in range(2)] == [0, 10]
    now[0] += 600
    assert [limit.seconds_to_wait("a", 6) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    assert [limit.seconds_to_wait("b", 0) for _ in range(100)] == [0] * 100


def test_memory_of_limits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 10)
    limit = limits.Limit()
    for who in range(1000):
        limit.seconds_to_wait(who, 1)
    assert len(limit._full_at) == 10


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # whoever sends this header is not believed
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (3, "nonsense", "unknown"),
    ],
)
def test_where_a_request_comes_from(proxies: int, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(PROXIES=proxies):
        assert limits.address_of(request) == address


# A database that is away


@pytest.fixture
def no_database(accounts: Installed) -> Any:
    database.connect_to(lambda kind: "host=127.0.0.1 port=9 dbname=none connect_timeout=1")
    yield
    database.connect_to(accounts.dsn)


@pytest.mark.usefixtures("no_database")
def test_pages_for_everyone_need_no_database(
    sign_in: SignIn, accounts: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leerrekening.database import access

    monkeypatch.setattr(access, "SECONDS_TO_WAIT", 0.3)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "in-and-whoever-it-is"
    assert client.get("/nl/").status_code == 200
    assert client.get("/nl/wat-heb-ik").status_code == 200
    away = client.get("/look")
    assert (away.status_code, away["Retry-After"]) == (503, "120")
    assert "Afmelden" in client.get("/nl/").content.decode()
    assert client.get("/nl/aanmelden").status_code == 503


def test_a_database_that_goes_away_during_a_page(sign_in: SignIn) -> None:
    client = sign_in("citizen")
    assert client.get("/failing").status_code == 503
    database._away_until = 0.0
    assert client.get("/look").status_code == 200
