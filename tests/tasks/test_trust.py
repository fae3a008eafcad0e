"""Notices, contacts, consent, copies and deletion: what a person is promised, with the worker that does it."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core import mail
from tests.installed import Installed
from tests.town import TODAY, Town, give_mandate

from leerrekening.jobs.queue import run_worker
from leerrekening.jobs.work import Work
from leerrekening.registry import consent, contacts, copies, notices, retention
from leerrekening.registry.contacts import BadContact
from leerrekening.tasks import TASKS

ADDRESS = "anna@nieuw.example"
LANGUAGES = ("nl", "fr", "de", "en")


@pytest.fixture(autouse=True)
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[mail.EmailMessage]:
    """What was sent."""
    from django.conf import settings

    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    return mail.outbox


def change(town: Town, kind: str, value: str, event: str = "") -> bool:
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        return contacts.change(connection, town.anna, kind, value, event=event or str(uuid4()))


def test_a_changed_address_is_told_at_the_old_and_the_new_one(
    town: Town, work_off: Callable[[], None], mailbox: list[mail.EmailMessage]
) -> None:
    assert change(town, "email", "anna@oud.example")
    assert change(town, "email", "anna@nieuw.example", "second")
    assert not change(town, "email", "anna@nieuw.example", "second")
    work_off()
    assert sorted(message.to[0] for message in mailbox) == [
        "anna@nieuw.example",
        "anna@oud.example",
        "anna@oud.example",
    ]
    work_off()
    assert len(mailbox) == 3
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        assert contacts.contacts(connection, town.anna) == {"email": "anna@nieuw.example"}
        assert len(notices.inbox(connection, town.anna, "fr")) == 2
        assert notices.mark_read(connection, town.anna) == 2
        assert notices.unread(connection, town.anna) == 0


def test_an_email_says_nothing_of_the_person(
    town: Town, work_off: Callable[[], None], mailbox: list[mail.EmailMessage]
) -> None:
    change(town, "email", "anna@nieuw.example")
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        notices.tell(connection, town.anna, "correction_refused", event="x", case="K-2026-000001-01")
        notices.tell(connection, town.anna, "mandate_given", event="y", helper="Leerwinkel Voorbeeldstad")
    work_off()
    assert {(message.subject, message.body) for message in mailbox} == {notices.outside("nl")}
    for message in mailbox:
        text = str(message.message())
        assert not re.search(
            r"Anna|Voorbeeld|K-2026|Leerwinkel|https?:|\b\d{11}\b", text.replace("anna@nieuw.example", "")
        )


def test_a_letter_goes_where_no_email_does(town: Town, work_off: Callable[[], None]) -> None:
    change(town, "post", "Anna Voorbeeld\nVoorbeeldstraat 1\n9999 Voorbeeldstad")
    work_off()
    assert town.installed.all("select channel, state, substring(document, 1, 4) from registry.delivery") == [
        ("letter", "made", b"%PDF")
    ]


def test_one_notice_for_one_event(town: Town) -> None:
    with town.installed.access.transaction("batch") as connection:
        assert notices.tell(connection, town.anna, "right_changed", event="decision-1")
        assert not notices.tell(connection, town.anna, "right_changed", event="decision-1")
        assert notices.tell(connection, town.boris, "right_changed", event="decision-1")
        with pytest.raises(notices.UnknownNotice):
            notices.tell(connection, town.anna, "nonsense", event="1")
        with pytest.raises(notices.UnknownNotice):
            notices.tell(connection, town.anna, "correction_sent", event="1")
    assert town.installed.all("select count(*) from registry.notice") == [(2,)]


def test_a_mail_server_that_is_down_loses_nothing(
    town: Town,
    work_off: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    mailbox: list[mail.EmailMessage],
) -> None:
    change(town, "email", "anna@nieuw.example")
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_: 1 / 0)
        work_off()
    assert town.installed.all("select state from registry.delivery") == [("queued",)]
    assert town.installed.all("select kind from jobs.failure") == [("ZeroDivisionError",)]
    town.installed.all("update jobs.procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    work_off()
    assert [message.to for message in mailbox] == [["anna@nieuw.example"]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "anna"),
        ("email", "a@b"),
        ("email", "anna@example.be\nBcc: x@example.be"),
        ("email", "anna@example.be, x@example.be"),
        ("phone", "bel mij"),
        ("post", "Voorbeeldstraat"),
    ],
)
def test_not_an_address(town: Town, kind: str, value: str) -> None:
    with pytest.raises(BadContact) as refused:
        change(town, kind, value)
    assert value not in str(refused.value)


def test_only_the_person_changes_a_contact(town: Town) -> None:
    give_mandate(town, "{look,reserve,correct}")
    for kind, actor in (("helper", town.helper), ("caseworker", town.caseworker), ("gate", None)):
        with (
            town.installed.access.transaction(kind, actor=actor, party=town.anna) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select registry.set_contact(%s, 'email', 'thief@example.be')", [town.anna])
    with (
        town.installed.access.transaction("citizen", party=town.boris) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select registry.set_contact(%s, 'email', 'thief@example.be')", [town.anna])


def test_a_helper_reads_notices_with_consent_only(town: Town) -> None:
    give_mandate(town)

    def seen() -> int:
        with town.installed.access.transaction("helper", actor=town.helper, party=town.anna) as connection:
            return len(notices.inbox(connection, town.anna, "nl"))

    def answer(*, yes: bool) -> None:
        with town.installed.access.transaction("citizen", party=town.anna) as connection:
            consent.answer(connection, town.anna, "helper_reads_notices", yes=yes)
            assert consent.given(connection, town.anna) == {"helper_reads_notices": yes, "research": False}

    with town.installed.access.transaction("batch") as connection:
        notices.tell(connection, town.anna, "right_changed", event="1")
    assert seen() == 0
    answer(yes=True)
    answer(yes=True)
    assert seen() == 1
    answer(yes=False)
    assert seen() == 0
    assert town.installed.all("select given from registry.consent order by consent") == [(True,), (False,)]
    with (
        town.installed.access.transaction("helper", actor=town.helper, party=town.anna) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        consent.answer(connection, town.anna, "research", yes=True)


def test_the_copy_holds_everything_of_the_person_and_nothing_of_others(
    town: Town, work_off: Callable[[], None]
) -> None:
    change(town, "email", "anna@nieuw.example")
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        key = copies.ask(connection, town.anna, "Anna Voorbeeld")
        assert copies.ask(connection, town.anna, "Anna Voorbeeld") == key
        assert copies.content(connection, town.anna, key) is None
    work_off()
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        made = copies.content(connection, town.anna, key)
        assert "download_ready" in [each.kind for each in notices.inbox(connection, town.anna, "nl")]
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("data.html").decode()
    assert data["registry.fact"][0]["value"] == "secundair"
    assert data["registry.contact"][0]["value"] == "anna@nieuw.example"
    assert data["registry.journal"][0]["what"] == "data_copied"
    assert {row.get("party") for rows in data.values() for row in rows} == {town.anna}
    assert "insz" not in json.dumps(data)
    assert "secundair" in page and "Boris" not in page
    with_party = town.installed.all(
        "select table_schema || '.' || table_name from information_schema.columns"
        " where column_name = 'party' and table_schema in ('led', 'registry', 'account')"
        " and table_name in (select relname from pg_class where relkind in ('r', 'p'))"
    )
    assert set(data) == {row[0] for row in with_party}
    with town.installed.access.transaction("citizen", party=town.boris) as connection:
        assert copies.content(connection, town.anna, key) is None
        assert copies.content(connection, town.boris, key) is None
        for call in ("everything_of", "ask_download"):
            arguments = "%s" if call == "everything_of" else "%s, 'Boris'"
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select registry.{call}({arguments})".encode(), [town.anna])


def test_every_table_of_a_person_has_a_class_of_data(installed: Installed) -> None:
    """A new table with people in it must say how long it is kept."""
    named = {table for each in retention.classes() for table in each.tables}
    with_party = installed.all(
        "select table_schema || '.' || table_name from information_schema.columns"
        " where column_name = 'party' and table_schema in ('led', 'registry', 'account')"
        " and table_name in (select relname from pg_class where relkind in ('r', 'p'))"
    )
    assert {row[0] for row in with_party} - named == set()
    for each in retention.classes():
        assert set(each.what) == set(each.begins) == set(LANGUAGES)
        assert each.ours or each.period_source.strip(), f"{each.name}: whose period is it?"


def test_old_data_leave_and_the_rest_stays(town: Town) -> None:
    change(town, "email", "anna@oud.example")
    change(town, "email", "anna@nieuw.example")
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        copies.ask(connection, town.anna, "Anna Voorbeeld")
        consent.answer(connection, town.anna, "research", yes=True)
        consent.answer(connection, town.anna, "research", yes=False)
    town.installed.all("update registry.delivery set state = 'sent', tried_at = now()")

    def gone(on: date) -> dict[str, int]:
        with town.installed.access.transaction("batch") as connection:
            return {name: rows for name, rows in retention.delete_past(connection, on).items() if rows}

    now = datetime.now(UTC).date()
    assert gone(now) == {}
    assert gone(now + timedelta(days=9)) == {"downloads": 1}
    assert gone(now + timedelta(days=40)) == {"delivery_addresses": 3}
    assert gone(now + timedelta(days=100)) == {"old_contacts": 1}
    assert gone(now + timedelta(days=800)) == {"notices": 2}
    assert gone(now + timedelta(days=365 * 6)) == {"withdrawn_consent": 2}
    assert gone(now + timedelta(days=365 * 11)) == {"journal": 1}
    assert gone(now + timedelta(days=365 * 50)) == {}
    assert town.installed.all("select count(*) from registry.fact") == [(1,)]
    assert town.installed.all("select sum(rows) from registry.deletion") == [(10,)]


def test_the_journal_is_not_deleted_by_hand(town: Town) -> None:
    for query in (
        "delete from registry.journal",
        "update registry.journal set why = ''",
        "truncate registry.journal",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            town.installed.all(query)


def test_the_round_of_the_night(town: Town, apart_from_the_browser: None) -> None:
    """Everything that comes round by itself runs on a database with people in it."""
    run_worker(Work(town.installed.access, town.installed.dsn, lambda: TODAY), TASKS, once=True)
    assert (
        town.installed.all(
            "select task_name, status::text from jobs.procrastinate_jobs where status <> 'succeeded'"
        )
        == []
    )
    assert town.installed.all("select kind from jobs.failure") == []


def test_every_task_that_is_queued_exists() -> None:
    """`jobs.defer` takes a name: each name in the program is a task."""
    from tests.house.source_tree import python_files

    named = {
        name
        for file in python_files()
        for name in re.findall(r'jobs\.defer\(\s*\w+,\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert "deliver" in named
    assert named <= set(TASKS), named - set(TASKS)
