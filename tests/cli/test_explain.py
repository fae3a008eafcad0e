"""`./llr explain`, `ask`, `replay` and `facts`."""

import json
import shutil
from pathlib import Path

import pytest
from tests.api.situations import CONTRACT, REFUSED, situation
from tests.cli.conftest import Llr

from leerrekening.lawtext import keeper as keepers
from leerrekening.lawtext.keeper import LawKeeper, the_keeper
from leerrekening.lawtext.reader import LAW_FOLDER

LANGUAGES = ("nl", "fr", "de", "en")
YOUNG = situation(person={**CONTRACT["person"], "career_days": 2000}, guidance=[])


def test_explain(llr: Llr) -> None:
    ended = llr("explain", "-", "--instrument", "loopbaancheques", given=YOUNG)
    found = json.loads(ended.out)
    assert [i["id"] for i in found["instruments"]] == ["loopbaancheques"]
    assert found["instruments"][0]["deciding"] == ["LP2"]
    assert found["next_change"]["on"] > CONTRACT["as_of"]
    assert found["next_change"]["verdict"] != "no"


def test_explain_what_would_change_it(llr: Llr) -> None:
    course = {**CONTRACT["course"], "paid_by": "employer"}
    found = json.loads(
        llr("explain", "-", "--instrument", "opleidingscheques", given=situation(course=course)).out
    )
    assert found["changes"][0] == {
        "fact": "course.paid_by",
        "label": found["changes"][0]["label"],
        "value": "worker",
        "unit": "code",
        "verdict": "yes",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("instrument", list(the_keeper().held().law.instruments))
def test_explain_in_text(llr: Llr, instrument: str, language: str) -> None:
    for given in (YOUNG, situation(course={**CONTRACT["course"], "paid_by": "employer", "price_cents": 0})):
        ended = llr(
            "explain", "-", "--instrument", instrument, "--format", "text", "--lang", language, given=given
        )
        assert (ended.status, ended.err) == (0, "")
        assert "None" not in ended.out.decode()


def test_explain_needs_an_instrument(llr: Llr) -> None:
    assert llr("explain", "-", given=YOUNG).status == 2


def test_ask(llr: Llr) -> None:
    found = json.loads(llr("ask", "-", given=b'{"as_of": "2021-10-15"}').out)
    assert list(found) == ["as_of", "law", "next", "open"]
    assert found["next"] in found["open"]
    paths = [q["fact"] for q in found["open"]]
    assert len(set(paths)) == len(paths) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_ask_in_text(llr: Llr, language: str) -> None:
    ended = llr("ask", "-", "--format", "text", "--lang", language, given=b'{"as_of": "2021-10-15"}')
    assert ended.out.decode().count("?") > 3
    nothing_open = situation(jobs=[], interruption=None, course=None)
    later = llr("ask", "-", "--format", "text", "--lang", language, given=nothing_open)
    assert (later.status, len(later.out.splitlines())) == (0, 1)


@pytest.mark.parametrize("command", [("ask", "-"), ("explain", "-", "--instrument", "loopbaancheques")])
def test_refused(llr: Llr, command: tuple[str, ...]) -> None:
    for body, _ in REFUSED.values():
        ended = llr(*command, given=body)
        assert (ended.status, ended.out) == (2, b"")
    two = llr(*command, given=b'{"as_of": "2021-10-15"}\n{"as_of": "2021-10-15"}')
    assert (two.status, two.out) == (2, b"")
    assert "takes one document" in two.err


# --- receipts -------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(llr: Llr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A receipt of the situation of the contract, and a store of law texts of our own."""
    monkeypatch.setenv("LLR_LAW_STORE", str(tmp_path / "store"))
    path = tmp_path / "receipt.json"
    assert llr("decide", "-", "--receipt", str(path), given=situation()).status == 0
    return path


def test_replay_gives_the_same_bytes(llr: Llr, receipt: Path) -> None:
    ended = llr("replay", str(receipt))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == llr("decide", "-", given=situation()).out


def test_replay_of_one_instrument(llr: Llr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLR_LAW_STORE", str(tmp_path / "store"))
    path = str(tmp_path / "r")
    arguments = ("decide", "-", "--instrument", "loopbaancheques", "--as-of", "2024-03-01", "--receipt", path)
    assert llr(*arguments, given=situation()).out == llr("replay", path).out


def test_replay_refuses_what_was_altered(llr: Llr, receipt: Path) -> None:
    read = json.loads(receipt.read_bytes())
    read["situation"]["as_of"] = "2021-10-16"
    receipt.write_text(json.dumps(read), encoding="utf-8")
    ended = llr("replay", str(receipt))
    assert (ended.status, ended.out) == (2, b"")
    assert "its hash differs" in ended.err


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, *(body for body, _ in REFUSED.values())]
)
def test_replay_refuses_what_is_no_receipt(llr: Llr, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "r"
    path.write_bytes(body)
    ended = llr("replay", str(path))
    assert (ended.status, ended.out) == (2, b"")


@pytest.mark.parametrize("instrument", ["x", 1, [], {}, "\ud800"])
def test_replay_refuses_another_instrument(llr: Llr, receipt: Path, instrument: object) -> None:
    read = json.loads(receipt.read_bytes())
    receipt.write_text(json.dumps({**read, "instrument": instrument}), encoding="utf-8")
    ended = llr("replay", str(receipt))
    assert (ended.status, ended.out) == (2, b"")


def test_replay_of_nothing(llr: Llr, tmp_path: Path) -> None:
    assert llr("replay", str(tmp_path / "absent")).status == 2


def newer_law(folder: Path) -> Path:
    """A law with another hash."""
    shutil.copytree(LAW_FOLDER, folder)
    with (folder / "vlaanderen/loopbaankrediet/instrument.yaml").open("a", encoding="utf-8") as file:
        file.write("# a newer text\n")
    return folder


def test_replay_on_another_text(llr: Llr, receipt: Path, tmp_path: Path) -> None:
    ended = llr("replay", str(receipt), "--law", str(newer_law(tmp_path / "law")))
    assert (ended.status, ended.out) == (1, b"")
    assert the_keeper().held().law.version in ended.err
    assert llr("replay", str(receipt), "--law", str(LAW_FOLDER)).status == 0


def test_replay_finds_the_text_of_then(
    llr: Llr, receipt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the law has changed, the text that was kept with the receipt gives the same bytes."""
    then = llr("replay", str(receipt)).out
    keeper = LawKeeper(newer_law(tmp_path / "law"))
    monkeypatch.setattr(keepers, "the_keeper", lambda: keeper)
    assert llr("decide", "-", given=situation()).out != then
    assert llr("replay", str(receipt)).out == then
    monkeypatch.setenv("LLR_LAW_STORE", str(tmp_path / "nothing"))
    ended = llr("replay", str(receipt))
    assert (ended.status, ended.out) == (1, b"")
    assert "--law FOLDER" in ended.err


def test_replay_on_no_law(llr: Llr, receipt: Path, tmp_path: Path) -> None:
    ended = llr("replay", str(receipt), "--law", str(tmp_path / "absent"))
    assert (ended.status, ended.out) == (1, b"")
    assert "cannot be read" in ended.err


def test_a_receipt_that_cannot_be_written(llr: Llr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLR_LAW_STORE", str(tmp_path / "store"))
    ended = llr("decide", "-", "--receipt", str(tmp_path / "absent" / "r"), given=situation())
    assert (ended.status, ended.out) == (3, b"")


# --- facts, and a law that is broken --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts(llr: Llr, language: str) -> None:
    book = the_keeper().held().law.facts
    text = llr("facts", "--lang", language).out.decode()
    assert all(fact.path in text and fact.label[language] in text for fact in book.facts.values())
    assert all(
        topic.name[language] in text
        for topic in book.topics.values()
        if any(fact.topic == topic.id for fact in book.facts.values())
    )


def test_schema(llr: Llr) -> None:
    assert json.loads(llr("facts", "--schema").out) == the_keeper().held().law.facts.schema()


def test_a_broken_law_is_named(llr: Llr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))
    (folder / "facts/work.yaml").write_text("topic: [\n", encoding="utf-8")
    monkeypatch.setattr(keepers, "the_keeper", lambda: LawKeeper(folder))
    ended = llr("decide", "-", given=situation())
    assert (ended.status, ended.out) == (1, b"")
    assert "facts/work.yaml, line 2" in ended.err
