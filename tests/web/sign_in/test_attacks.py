"""What an attacker would try beside the way to the access service: other verbs, hosts, paths, cookies and bodies."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.installed import Installed
from tests.web.objects import new_mandate
from tests.web.sign_in.ways import CITIZEN, HELPER, authorize, back, query_of, sign_in_as, to_service
from tests.web.visitors import SignIn, new_person, new_visitor

pytestmark = pytest.mark.usefixtures("service")
PAGE = "/nl/aanmelding"
OVER_TLS = {
    "TLS_ONLY": True,
    "SESSION_COOKIE_NAME": "__Host-llr-session",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-llr-form",
    "CSRF_COOKIE_SECURE": True,
}


def name_on(client: Client) -> str:
    return str(client.get(PAGE).content.decode())


def test_somebody_who_has_signed_in_is_not_made_another(client: Client) -> None:
    """Login CSRF: the attacker's own answer of the access service, opened in the victim's browser."""
    sign_in_as(client, CITIZEN)
    theirs = authorize(to_service(Client()), HELPER)
    assert back(client, theirs).status_code == 302
    assert "Jozef Claes" in name_on(client)


def test_the_answer_of_the_access_service_is_no_form(client: Client) -> None:
    """A form of another site cannot bring one."""
    answer = authorize(to_service(client), CITIZEN)
    assert client.post("/aanmelden/terug", answer).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/aanmelden/terug", answer, headers={"origin": "null"}).status_code == 403


@pytest.mark.parametrize("address", ["/nl/aanmelden/hoedanigheid", "/nl/afmelden", "/nl/aanmelding/wissel"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"referer": "https://evil.example/"},
        {"origin": "http://testserver"},  # the right place, and still no token
    ],
)
def test_forms_from_elsewhere(sign_in: SignIn, address: str, headers: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in("citizen").cookies
    assert strict.post(address, headers=headers).status_code == 403
    assert strict.get(PAGE).status_code == 200


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_verbs_do_nothing(sign_in: SignIn, verb: str) -> None:
    client = sign_in("citizen")
    for address in ("/nl/afmelden", PAGE, "/nl/mijn-rekening"):
        answer = client.generic(verb, address)
        assert answer.status_code == 405
        assert answer["Allow"]
    overridden = client.get("/nl/afmelden", headers={"x-http-method-override": "POST"})
    assert overridden.status_code == 200
    assert client.get(PAGE).status_code == 200


# Hosts


def test_where_people_come_back_is_not_the_visitors_to_say(client: Client, site: str) -> None:
    """With LLR_ADDRESS no header changes it; without, only a host that the site answers to."""
    lies = {"host": "localhost", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    answer = client.get("/nl/aanmelden", headers=lies)
    assert query_of(answer["Location"])["redirect_uri"] == f"{site}/aanmelden/terug"
    with override_settings(ADDRESS="", ALLOWED_HOSTS=["localhost"]):
        answer = client.get("/nl/aanmelden", headers=lies)
        assert query_of(answer["Location"])["redirect_uri"] == "http://localhost/aanmelden/terug"
        for host in ("evil.example", "localhost.evil.example", "localhost@evil.example", "localhost/x", ""):
            assert client.get("/nl/aanmelden", headers={"host": host}).status_code == 400


# Cookies


def test_cookies_over_https(client: Client) -> None:
    """Made and taken away as browsers want it of a name with __Host-: Secure, for the whole host, for no other."""
    with override_settings(**OVER_TLS):
        sign_in_as(client, CITIZEN)
        client.get("/nl/afmelden")
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            cookie = client.cookies[name]
            assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (
                True,
                True,
                "/",
                "",
            )
            assert (cookie["samesite"], cookie["max-age"]) == ("Lax", "")
        gone = client.post("/nl/afmelden").cookies[settings.SESSION_COOKIE_NAME]
        assert (gone.value, gone["secure"], gone["max-age"], gone["path"]) == ("", True, 0, "/")


def test_a_page_that_others_may_keep_carries_no_cookie(client: Client) -> None:
    """Signing in and out makes and takes cookies on answers that nobody keeps."""
    answers = [sign_in_as(client, CITIZEN), client.get("/nl/afmelden"), client.post("/nl/afmelden")]
    assert all(each.cookies for each in answers[::2])
    assert [each["Cache-Control"] for each in answers] == ["no-store"] * 3


# Bodies


def test_a_form_with_too_many_fields(sign_in: SignIn) -> None:
    client = sign_in("citizen")
    answer = client.post("/nl/mijn-rekening/wat-als", {f"field{number}": "x" for number in range(1001)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-7", b"+ADw-script+AD4-=%ff%00"),
        ("application/x-www-form-urlencoded; charset=no-such", b"which=0"),
        ("multipart/form-data", b"which=0"),
        ("multipart/form-data; boundary=" + "x" * 300, b"which=0"),
        ("application/json", b'{"which": 0}'),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
    ],
)
def test_a_body_that_is_no_form(sign_in: SignIn, kind: str, body: bytes) -> None:
    client = sign_in("citizen")
    for address in ("/nl/mijn-rekening/wat-als", "/nl/aanmelden/hoedanigheid"):
        answer = client.generic("POST", address, body, content_type=kind)
        assert answer.status_code in (302, 400, 422)  # as an empty form
        assert b"root:" not in answer.content


# Paths to an account under a mandate


@pytest.fixture
def two_mandates(sign_in: SignIn, accounts: Installed) -> tuple[Client, str, str]:
    """A helper, the mandate they hold, and one that another helper holds."""
    helper = sign_in("helper")
    own = new_mandate(accounts, new_person(accounts, "Eigen", "Persoon"), helper.visitor.actor)
    other = new_mandate(
        accounts, new_person(accounts, "Verborgen", "Persoon"), new_visitor(accounts, "helper").actor
    )
    return helper, str(own), str(other)


def test_paths_that_try_to_leave_a_mandate(
    two_mandates: tuple[Client, str, str], accounts: Installed
) -> None:
    """Each is the page of a thing that is not there, and leaves no line in a journal."""
    helper, own, other = two_mandates
    tricks = [
        f"/nl/hulp/{own}/../{other}/rekening",
        f"/nl/hulp/{own}/%2e%2e/{other}/rekening",
        f"/nl/hulp/{own}%2f..%2f{other}/rekening",
        f"/nl/hulp/{own}/rekening/../../{other}/rekening",
        f"/nl/hulp/{own};{other}/rekening",
        f"/nl/hulp/{own}/{other}/rekening",
        f"/nl/hulp/{own}/rekening/",
        f"/nl/hulp//{own}/rekening",
        f"/nl/hulp/{own.upper()}/rekening",
        f"/nl/hulp/{{{own}}}/rekening",
        f"/nl/hulp/{own.replace('-', '')}/rekening",
        f"/nl/hulp/urn:uuid:{own}/rekening",
        f"/nl/hulp/{own}%00/rekening",
        f"/nl/hulp/{own}%0a/rekening",
        f"/nl/hulp/{other}/rekening",
    ]
    for trick in tricks:
        answer = helper.get(trick)
        assert answer.status_code == 404, trick
        assert "Persoon" not in answer.content.decode()
    lines = "select count(*) from registry.journal where actor = %s"
    assert accounts.all(lines, helper.visitor.actor) == [(0,)]


def test_an_account_is_named_by_the_path_alone(two_mandates: tuple[Client, str, str]) -> None:
    """Whatever else of a request names another mandate, person or actor."""
    helper, own, other = two_mandates
    answer: HttpResponse = helper.get(
        f"/nl/hulp/{own}/rekening?mandate={other}&party=1&actor=1&holder={other}",
        headers={"x-mandate": other, "x-original-url": f"/nl/hulp/{other}/rekening", "x-user": "1"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Eigen Persoon" in page and "Verborgen" not in page
