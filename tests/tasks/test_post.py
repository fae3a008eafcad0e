"""Letters: made by the worker, taken out together, printed, sent; and what comes back."""

import threading
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import psycopg
import pytest
from django.core import mail
from tests.installed import Installed
from tests.town import TODAY, Town, give_mandate

from leerrekening.cli import letters as letters_command
from leerrekening.cli.main import main
from leerrekening.jobs.work import Work
from leerrekening.paper import Document
from leerrekening.registry import contacts, notices, post, retention, staff
from leerrekening.tasks import channels, trust

HOME = "Anna Voorbeeld\nVoorbeeldstraat 1\n9999 Voorbeeldstad"
ELSEWHERE = "Anna Voorbeeld\nAndere straat 2\n9999 Voorbeeldstad"
PIA = 500009

WorkOff = Callable[[], None]


@pytest.fixture(autouse=True)
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[mail.EmailMessage]:
    from django.conf import settings

    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def work_off(installed: Installed) -> WorkOff:
    """Does what waits for a worker, without starting one for each step."""
    work = Work(installed.access, installed.dsn, lambda: TODAY)

    def do() -> None:
        for (delivery,) in installed.all(
            "select delivery::text from registry.delivery where state = 'queued'"
        ):
            trust.deliver(work, delivery)

    return do


@pytest.fixture
def pia(town: Town) -> Callable[[], Any]:
    """A transaction of the mail room."""
    town.installed.all(
        "insert into registry.actor (actor, subject, capacity, organisation, organisation_name, name)"
        " values (%s, 'pia', 'mailroom', 'OVO1', 'Dienst Leerrekening', 'Pia Verlinden')",
        PIA,
    )
    return lambda: town.installed.access.transaction("mailroom", actor=PIA)


def lives_at(town: Town, address: str) -> None:
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        contacts.change(connection, town.anna, "post", address, event=address)


def told(town: Town, event: str, *, letter: bool = True) -> None:
    """Something about help that runs."""
    with town.installed.access.transaction("batch") as connection:
        notices.tell(
            connection,
            town.anna,
            "mandate_given",
            event=event,
            letter=letter,
            helper="Hilde",
            mandate=str(town.mandate),
        )


def states(town: Town) -> list[tuple[Any, ...]]:
    return town.installed.all(
        "select state, reason, address from registry.delivery where channel = 'letter' order by letter, address"
    )


def test_from_queue_to_post(town: Town, work_off: WorkOff, pia: Callable[[], Any]) -> None:
    give_mandate(town)
    lives_at(town, HOME)
    told(town, "1")
    work_off()
    with pia() as connection:
        assert [(each.state, each.letters, each.stuck) for each in post.counts(connection)] == [
            ("made", 2, 0)
        ]
        assert post.letters(connection, 1) == []
        batch = post.take(connection)
    assert batch is not None
    told(town, "2")
    work_off()
    with pia() as connection:
        assert post.take(connection) == batch, "one batch at a time: what came later waits"
        found = post.letters(connection, batch)
        assert [each.number for each in found] == sorted(each.number for each in found)
        assert len(found) == 2
        for each in found:
            assert post.number_of(each.number.lower().replace("-", " ")) == each.number
    with zipfile.ZipFile(BytesIO(post.archive(found))) as archive:
        assert archive.namelist() == [f"{each.number}.pdf" for each in found]
        with pikepdf.open(BytesIO(archive.read(f"{found[0].number}.pdf"))) as pdf:
            assert str(pdf.Root.Lang) == "nl"
    with pia() as connection:
        assert post.close(connection, batch, sent=True)
        assert not post.close(connection, batch, sent=True), "sent once"
        assert not post.close(connection, batch, sent=False), (
            "what is at the post does not come back by a button"
        )
        assert post.letters(connection, batch) == []
        (last,) = post.batches(connection)
    assert (last.name, last.letters, last.outcome) == ("Pia Verlinden", 2, "sent")
    assert sorted(state for state, *_ in states(town)) == ["made", "sent", "sent"]
    journal = "select actor_name, what from registry.journal where party = %s order by entry"
    assert town.installed.all(journal, town.anna) == [("Pia Verlinden", "letter_printed")] * 2
    acts = town.installed.all("select what from registry.staff_act order by act")
    assert [what for (what,) in acts] == ["letters_taken", "letters_fetched", "letters_sent"]


def test_a_letter_says_where_it_comes_back_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLR_LETTER_SENDER", "Dienst Leerrekening | Postbus 1 | 1000 Brussel")
    seen: list[Document] = []
    monkeypatch.setattr(channels, "render", lambda document, _language: seen.append(document) or b"")
    channels.letter(HOME, "fr", "B-000001-96")
    assert seen[0].sender == ("Dienst Leerrekening", "Postbus 1", "1000 Brussel")
    assert seen[0].recipient == ("B-000001-96", *HOME.splitlines())


def test_a_batch_that_was_not_printed_waits_again(
    town: Town, work_off: WorkOff, pia: Callable[[], Any]
) -> None:
    lives_at(town, HOME)
    work_off()
    with pia() as connection:
        batch = post.take(connection)
        assert batch is not None
        assert post.close(connection, batch, sent=False)
        again = post.take(connection)
        assert again is not None and again != batch
        assert post.letters(connection, batch) == []
        assert len(post.letters(connection, again)) == 1


def test_two_who_take_at_once_get_the_same_batch(
    town: Town, work_off: WorkOff, pia: Callable[[], Any]
) -> None:
    lives_at(town, HOME)
    work_off()
    got: list[int | None] = []

    def take() -> None:
        with pia() as connection:
            got.append(post.take(connection))

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 3
    assert len(set(got)) == 1
    assert town.installed.all("select count(*), sum(letters) from registry.letter_batch") == [(1, 1)]


def sent_letter(town: Town, work_off: WorkOff, pia: Callable[[], Any]) -> str:
    """The number of a letter about help that was sent to HOME."""
    lives_at(town, HOME)
    town.installed.all("delete from registry.delivery")
    told(town, "1")
    work_off()
    with pia() as connection:
        batch = post.take(connection)
        assert batch is not None
        post.close(connection, batch, sent=True)
    return str(town.installed.all("select letter from registry.delivery where channel = 'letter'")[0][0])


def test_a_letter_that_comes_back_is_told_in_the_account_and_not_by_a_letter(
    town: Town, work_off: WorkOff, pia: Callable[[], Any]
) -> None:
    give_mandate(town)
    number = sent_letter(town, work_off, pia)
    with pia() as connection:
        assert post.came_back(connection, number, "moved")
        assert not post.came_back(connection, number, "moved"), "once"
        assert not post.came_back(connection, "B-999999-99", "moved")
        assert [(each.number, each.reason) for each in post.back(connection)] == [(number, "moved")]
        assert ("failed", 1, 1) in [
            (each.state, each.letters, each.stuck) for each in post.counts(connection)
        ]
    work_off()
    assert states(town) == [("failed", "moved", HOME)], "no letter to an address that is wrong"
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        notice = notices.inbox(connection, town.anna, "fr")[0]
        assert (notice.kind, "vous avez déménagé" in notice.text) == ("letter_returned", True)
        notices.mark_read(connection, town.anna)
    with pia() as connection:
        assert post.back(connection) == [], "the person knows"
    lives_at(town, ELSEWHERE)
    work_off()
    about_help = [row for row in states(town) if row[2] == ELSEWHERE]
    assert ("made", None, ELSEWHERE) in about_help, "help still runs: the letter goes to the new address"


def test_a_letter_may_go_again_as_it_was(town: Town, work_off: WorkOff, pia: Callable[[], Any]) -> None:
    give_mandate(town)
    number = sent_letter(town, work_off, pia)
    with pia() as connection:
        assert not post.again(connection, number), "it did not come back"
        post.came_back(connection, number, "damaged")
        assert post.again(connection, number)
        assert post.back(connection) == []
    assert states(town) == [("made", None, HOME)]


@pytest.mark.parametrize("runs", [True, False])
def test_without_an_address_a_letter_is_owed_until_there_is_one(
    town: Town, work_off: WorkOff, runs: bool
) -> None:
    give_mandate(town)
    told(town, "1")
    work_off()
    assert states(town) == []
    with town.installed.access.transaction("administrator") as connection:
        assert [(each.state, each.letters) for each in post.counts(connection)] == [("owed", 1)]
    town.installed.all("update registry.notice set at = now() - interval '40 days'")
    if not runs:
        town.installed.all("update registry.mandate set ended_at = now(), ended_by = 'citizen'")
    lives_at(town, HOME)
    work_off()
    letters = "select n.kind from registry.delivery d join registry.notice n using (notice) order by n.kind"
    kinds = [kind for (kind,) in town.installed.all(letters)]
    assert kinds == ["contact_changed_post", *(["mandate_given"] if runs else [])]
    with town.installed.access.transaction("administrator") as connection:
        assert [(each.state, each.stuck) for each in post.counts(connection)] == [("made", 0)], (
            "it waits since now"
        )
    lives_at(town, ELSEWHERE)
    work_off()
    again = [kind for (kind,) in town.installed.all(letters)]
    assert again.count("mandate_given") == int(runs), "once"


def test_what_was_sent_or_came_back_leaves_with_its_address_and_what_waits_stays(
    town: Town, work_off: WorkOff, pia: Callable[[], Any]
) -> None:
    give_mandate(town)
    sent_letter(town, work_off, pia)
    told(town, "2")
    work_off()
    kept = "select state, address is not null, document is not null from registry.delivery order by letter"
    later = datetime.now(UTC).date() + timedelta(days=40)
    with town.installed.access.transaction("batch") as connection:
        retention.delete_past(connection, datetime.now(UTC).date())
    assert town.installed.all(kept) == [("sent", True, True), ("made", True, True)]
    with town.installed.access.transaction("batch") as connection:
        retention.delete_past(connection, later)
    assert town.installed.all(kept) == [("sent", False, False), ("made", True, True)]


def test_nobody_but_the_mail_room_and_runs_gets_at_a_letter(
    town: Town, work_off: WorkOff, pia: Callable[[], Any]
) -> None:
    give_mandate(town)
    lives_at(town, HOME)
    work_off()
    with pia() as connection:
        batch = post.take(connection)
        assert batch is not None
        for table in ("person", "delivery", "contact", "notice", "mandate", "fact", "journal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"select * from registry.{table}".encode())
    others = {
        "administrator": None,
        "auditor": None,
        "caseworker": town.caseworker,
        "helper": town.helper,
        "citizen": town.anna_signed_in,
        "gate": None,
    }
    for kind, actor in others.items():
        for act in (post.take, lambda c: post.letters(c, batch), lambda c: post.close(c, batch, sent=True)):
            with (
                pytest.raises(staff.NotForYou),
                town.installed.access.transaction(kind, actor=actor, party=town.anna) as connection,
            ):
                act(connection)
    town.installed.all("update registry.actor set locked_at = now() where actor = %s", PIA)
    with pia() as connection, pytest.raises(staff.NotForYou):
        post.letters(connection, batch)
    # the login of the mail room, with somebody else's name
    with (
        town.installed.access.transaction("mailroom", actor=town.caseworker) as connection,
        pytest.raises(staff.NotForYou),
    ):
        post.letters(connection, batch)
    assert town.installed.all("select count(*) from registry.journal where what like 'letter%%'") == [(0,)]


def test_the_command_line_takes_writes_and_sends(
    town: Town,
    work_off: WorkOff,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(letters_command, "registry", lambda _arguments: nullcontext(town.installed.access))

    def run(*words: str) -> tuple[int, str]:
        status = main(["letters", *words])
        told = capsys.readouterr()
        return status, told.out + told.err

    assert run("export", str(tmp_path)) == (0, "no letters wait\n")
    assert run("export", str(tmp_path / "nowhere"))[0] == 2
    lives_at(town, HOME)
    work_off()
    (number,) = town.installed.all("select letter from registry.delivery")[0]
    # killed half-way, the command does the same again
    with monkeypatch.context() as killed:
        killed.setattr(Path, "rename", lambda *_: 1 / 0)
        assert run("export", str(tmp_path))[0] == 1
    assert run("export", str(tmp_path))[0] == 0
    (batch,) = town.installed.all("select batch from registry.letter_batch")[0]
    (made,) = tmp_path.iterdir()
    assert (made.name, made.stat().st_mode & 0o077) == (f"batch-{batch:06}", 0)
    (letter,) = made.iterdir()
    assert (letter.name, letter.read_bytes()[:4]) == (f"{number}.pdf", b"%PDF")
    assert run("sent", "999")[0] == 2
    assert run("put-back", str(batch))[0] == 0
    assert run("sent", str(batch))[0] == 2, "it is not out any more"
    assert run("export", str(tmp_path))[0] == 0
    assert run("sent", str(batch + 1))[0] == 0
    assert run("export", str(tmp_path)) == (0, "no letters wait\n")
    assert run("returned", number, "--reason", "because")[0] == 2
    assert run("returned", "B-000001-11", "--reason", "moved")[0] == 2
    assert run("returned", number, "--reason", "moved")[0] == 0
    status, told_me = run("list")
    assert (status, number in told_me, "stuck" in told_me) == (1, True, True)
    assert run("again", number)[0] == 0
    assert run("again", number)[0] == 2
    what = town.installed.all(
        "select what, actor from registry.journal where party = %s order by entry", town.anna
    )
    assert what == [("letter_exported", None)] * 3 + [("letter_came_back", None)]


@pytest.mark.parametrize("typed", ["", "B-1", "B-000001-95", "123", "B-000001-9x"])
def test_not_a_number_of_a_letter(typed: str) -> None:
    with pytest.raises(ValueError, match="number of a letter"):
        post.number_of(typed)
