"""Health, figures and logs: enough for who operates the site, and nothing of a person."""

import io
import itertools
import json
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from hypothesis import example, given
from hypothesis import strategies as st
from tests.house.source_tree import PROJECT, python_files
from tests.installed import Installed

from leerrekening.web import database, health, logs
from leerrekening.web.mail import mail_settings

INSZ = "85041233322"
# Set by the program itself for its own processes, or read by tests alone.
NOT_SETTINGS = {"LLR_CHROMIUM", "LLR_SOURCE"}  # the tests' own, and how the settings of sources begin


@pytest.fixture(autouse=True)
def look_again() -> Iterator[None]:
    health.forget()
    yield
    health.forget()


def test_alive_without_a_database(client: Client) -> None:
    assert client.get("/gezondheid").json() == {"status": "alive"}


def test_ready_says_which_part_is_down(client: Client, accounts: Installed) -> None:
    accounts.all("delete from jobs.procrastinate_workers")
    answer = client.get("/gezondheid/klaar")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "degraded", "parts": {"law": "up", "database": "up", "worker": "down"}},
    )
    accounts.all("insert into jobs.procrastinate_workers default values")
    assert client.get("/gezondheid/klaar").json()["status"] == "degraded"  # looked a moment ago
    health.forget()
    assert client.get("/gezondheid/klaar").json()["status"] == "ready"
    health.forget()
    database.connect_to(lambda _kind: "host=/nowhere dbname=none")
    answer = client.get("/gezondheid/klaar")
    database.connect_to(accounts.dsn)
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert not answer.cookies


def test_figures_for_who_brings_the_token_only(client: Client, accounts: Installed) -> None:
    assert client.get("/_metingen").status_code == 404
    with override_settings(METRICS_TOKEN="open sesame"):
        assert client.get("/_metingen").status_code == 404
        assert client.get("/_metingen", headers={"Authorization": "Bearer closed"}).status_code == 404
        client.get(f"/nl/wetboek/{INSZ}")
        text = client.get("/_metingen", headers={"Authorization": "Bearer open sesame"}).content.decode()
    assert 'llr_requests_total{method="GET",route="/nl/wetboek/<slug:instrument>",status="404"}' in text
    assert "llr_database_up 1.0" in text
    assert 'route="/nl/wetboek/<slug:instrument>"' in text
    assert INSZ not in text


def test_figures_say_so_when_the_database_is_away(client: Client, accounts: Installed) -> None:
    with override_settings(METRICS_TOKEN="t"):
        database.connect_to(lambda _kind: "host=/nowhere dbname=none")
        text = client.get("/_metingen", headers={"Authorization": "Bearer t"}).content.decode()
        database.connect_to(accounts.dsn)
    assert "llr_database_up 0.0" in text


def written(form: str, write: Callable[[logging.Logger], object]) -> str:
    """What a logger of ours writes in a form."""
    stream = io.StringIO()
    configured = logs.logging_settings(form)
    configured["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configured)
    try:
        write(logging.getLogger("leerrekening.test"))
    finally:
        logging.config.dictConfig(settings.LOGGING)
    return stream.getvalue()


def test_a_line_is_an_object_with_the_reference_of_the_request(client: Client) -> None:
    lines = written("json", lambda _logger: client.get("/nl/over?born=1985"))
    (line,) = [json.loads(each) for each in lines.splitlines() if "over" in each]
    assert {key: line[key] for key in ("level", "logger", "method", "route", "status")} == {
        "level": "INFO",
        "logger": "leerrekening.web.access",
        "method": "GET",
        "route": "/nl/over",
        "status": 200,
    }
    assert re.fullmatch("[a-z]{20}", line["reference"])
    assert line["message"].endswith(line["reference"])
    assert "1985" not in lines


def as_on_a_card(number: str) -> str:
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    "number", [INSZ, as_on_a_card(INSZ), "85 04 12 333 22", "850412-333-22", "850412-33322"]
)
def test_no_number_of_a_person_is_written(form: str, number: str) -> None:
    def write(logger: logging.Logger) -> None:
        logger.warning("asked for %s", number)
        logger.warning(f"asked for {number}")  # noqa: G004 - the mistake under test
        logger.warning("asked", extra={"route": f"/nl/{number}"})
        logger.warning("mail to %s", "anna@voorbeeld.example")
        try:
            raise ValueError(f"{number} has no diploma")
        except ValueError:
            logger.exception("it failed")

    text = written(form, write)
    assert number not in text
    assert "333" not in text
    assert "anna" not in text
    assert "diploma" not in text
    assert text.count(logs.REMOVED) >= 3
    assert "ValueError at" in text


BESIDE = st.text(st.characters(exclude_categories=["N"]), max_size=6)
BETWEEN = st.text(" .-/_\t\u00a0", max_size=3)


@given(st.integers(0, 99_999_999_999), st.lists(BETWEEN, min_size=4, max_size=4), BESIDE, BESIDE)
@example(85041233322, ["", "", "", ""], "nr", "x")
@example(85041233322, [" - "] * 4, "", "")
def test_any_number_of_eleven_digits_is_taken_out(
    number: int, between: list[str], before: str, after: str
) -> None:
    """However it is written, with right check digits or wrong ones, and between whatever letters it stands."""
    text = f"{number:011}"
    parts = (text[:2], text[2:4], text[4:6], text[6:9], text[9:])
    shown = "".join(itertools.chain(*zip(parts, [*between, ""], strict=True)))
    left = logs.without_people(f"1 {before}{shown}{after} 2")
    assert shown not in left
    assert logs.REMOVED in left


@given(st.integers(0, 599), st.integers(0, 10_000_000))
def test_a_reference_is_left_whole(status: int, ms: int) -> None:
    """Beside figures, as in the line of a request and in that of a fault, and beside a number that is taken out."""
    mark = logs.new_reference()
    for line in (
        f"GET /nl/over {status} {ms} ms {mark}",
        f"{mark} /nl/over KeyError at x.py:{ms} {INSZ} {mark}",
    ):
        left = logs.without_people(line)
        assert left == line.replace(INSZ, logs.REMOVED)
    assert not any(each.isdigit() for each in mark)


def test_a_pseudonym_a_key_and_a_day_are_kept() -> None:
    for text in ("party 100001", "2026-11-20 03:04:05,678", "job 12 deliver", "12345678901234567890"):
        assert logs.without_people(text) == text


@pytest.mark.parametrize(
    ("text", "backend", "host", "port", "tls"),
    [
        ("console", "console", "", 0, (False, False)),
        ("file:mail", "filebased", "", 0, (False, False)),
        ("smtp://mail.example", "smtp", "mail.example", 587, (False, True)),
        ("smtp://localhost:25", "smtp", "localhost", 25, (False, False)),
        ("smtps://me:p%40ss@mail.example", "smtp", "mail.example", 465, (True, False)),
    ],
)
def test_how_mail_leaves(text: str, backend: str, host: str, port: int, tls: tuple[bool, bool]) -> None:
    mail = mail_settings(text)
    assert (mail.backend.split(".")[-2], mail.host, mail.port, (mail.ssl, mail.starttls)) == (
        backend,
        host,
        port,
        tls,
    )
    assert "p@ss" not in repr(mail)


@pytest.mark.parametrize("text", ["", "file:", "pigeon", "http://me:secret@mail.example", "smtp://"])
def test_a_wrong_way_for_mail_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="LLR_MAIL") as refused:
        mail_settings(text)
    assert "secret" not in str(refused.value)


def test_every_setting_is_documented_and_every_documented_setting_is_used() -> None:
    files: list[Path] = [*python_files(), PROJECT / "llr"]
    used = {
        name
        for file in files
        for name in re.findall(r"\bLLR_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8"))
    }
    told = set(
        re.findall(
            r"^\| `(LLR_[A-Z_]+)`", (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8"), re.M
        )
    )
    assert used - NOT_SETTINGS - told == set(), "not in docs/operations.md"
    assert told - used == set(), "in docs/operations.md, and nothing reads it"
