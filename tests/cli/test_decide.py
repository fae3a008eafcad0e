"""`./llr decide`: the contract, one document or many, every refusal, text in four languages."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.situations import CONTRACT, REFUSED, situation
from tests.cli.conftest import Llr

from leerrekening.cli import decide
from leerrekening.lawtext.keeper import the_keeper

LANGUAGES = {"nl": "Uw rechten op", "fr": "Vos droits le", "de": "Ihre Rechte am", "en": "Your rights on"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The situation of the contract, as a person would write it down."""
    path = tmp_path / "situation.json"
    path.write_text(json.dumps(CONTRACT, indent=2), encoding="utf-8")
    return path


def decision(document: bytes, only: str | None = None) -> bytes:
    held = the_keeper().held()
    return held.documents.decision(held.law.reader.read(document), only) + b"\n"


def test_the_situation_of_the_contract(llr: Llr, file: Path) -> None:
    """From a file over many lines and from standard input on one line: the same bytes as every other door."""
    ended = llr("decide", str(file))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == decision(situation())
    assert llr("decide", "-", given=situation()).out == ended.out


def test_one_instrument_and_another_day(llr: Llr, file: Path) -> None:
    ended = llr("decide", str(file), "--instrument", "loopbaancheques", "--as-of", "2024-03-01")
    assert ended.out == decision(situation(as_of="2024-03-01"), "loopbaancheques")


def test_as_of_takes_the_place_of_a_wrong_day(llr: Llr) -> None:
    ended = llr("decide", "-", "--as-of", "2024-03-01", given=b'{"as_of": "x"}')
    assert (ended.status, ended.out) == (0, decision(b'{"as_of": "2024-03-01"}'))


@pytest.mark.parametrize("name", REFUSED)
def test_refused(llr: Llr, name: str) -> None:
    """Nothing on standard output; for people and, on the last line, for programs: path, value, what is allowed."""
    body, path = REFUSED[name]
    ended = llr("decide", "-", given=body)
    assert (ended.status, ended.out) == (2, b"")
    assert ended.err.startswith("llr: ")
    assert "Traceback" not in ended.err
    if body.strip():
        problem = json.loads(ended.err.rstrip("\n").rpartition("\n")[2])
        assert problem["errors"][0]["path"] == path
        assert f"  {path}: found " in ended.err
        assert "    allowed: " in ended.err


def test_refused_in_text(llr: Llr) -> None:
    ended = llr("decide", "-", "--format", "text", given=b'{"as_of": "2021-02-30"}')
    assert (ended.status, ended.out) == (2, b"")
    assert '$.as_of: found "2021-02-30"' in ended.err
    assert "{" not in ended.err


@pytest.mark.parametrize("body", [b"", b"\n\n", b"  \n"])
def test_empty_input(llr: Llr, body: bytes) -> None:
    ended = llr("decide", "-", given=body)
    assert (ended.status, ended.out) == (2, b"")
    assert "the input is empty" in ended.err


def test_size(llr: Llr) -> None:
    start = b'{"as_of": "2021-10-15"}'
    assert llr("decide", "-", given=start + b" " * (1_000_000 - len(start))).status == 0
    ended = llr("decide", "-", given=start + b" " * (1_000_001 - len(start)))
    assert (ended.status, ended.out) == (2, b"")
    assert "at most 1000000 bytes" in ended.err


def test_size_over_many_lines(llr: Llr) -> None:
    ended = llr("decide", "-", given=b"{\n" + b'"as_of":\n' + b" \n" * 600_000 + b'"2021-10-15"}')
    assert (ended.status, ended.out) == (2, b"")
    assert "at most 1000000 bytes" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--instrument", "x"), "no such instrument; known: opleidingscheques"),
        (("--as-of", "2021-02-30"), "--as-of 2021-02-30: expected a date that exists"),
        (("--as-of", "0001-01-01"), "--as-of 0001-01-01: expected a date that exists"),
        (("--format", "xml"), "invalid choice"),
        (("--lang", "es"), "invalid choice"),
        (("--receipt",), "expected one argument"),
    ],
)
def test_wrong_options(llr: Llr, arguments: tuple[str, ...], said: str) -> None:
    ended = llr("decide", "-", *arguments, given=situation())
    assert (ended.status, ended.out) == (2, b"")
    assert said in ended.err


def test_files_that_cannot_be_read(llr: Llr, tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "absent.json"), "a\0b"):
        ended = llr("decide", name)
        assert (ended.status, ended.out) == (2, b"")
        assert "cannot be read" in ended.err


# --- JSON Lines -----------------------------------------------------------------------------------------


def test_lines(llr: Llr) -> None:
    """One decision a line; a bad line in its place; blank lines count but give nothing; status 2."""
    good, other = b'{"as_of": "2021-10-15"}', b'{"as_of": "2024-03-01"}'
    body = b"\n".join(
        [good, b"", b'{"as_of": "2021-02-30"}', b"\xff", other, b"{" + b" " * 1_200_000 + b"}", good]
    )
    ended = llr("decide", "-", given=body)
    assert ended.status == 2
    lines = ended.out.splitlines(keepends=True)
    assert [lines[0], lines[3], lines[5]] == [decision(good), decision(other), decision(good)]
    errors = [json.loads(lines[i]) for i in (1, 2, 4)]
    assert [e["line"] for e in errors] == [3, 4, 6]
    assert [list(e) for e in errors] == [["line", "error"]] * 3
    assert errors[0]["error"]["errors"][0] == {
        "path": "$.as_of",
        "value": "2021-02-30",
        "allowed": errors[0]["error"]["errors"][0]["allowed"],
    }
    assert "3 of 6 lines were refused" in ended.err


def test_good_lines_alone(llr: Llr) -> None:
    ended = llr("decide", "-", given=b'{"as_of": "2021-10-15"}\r\n{"as_of": "2024-03-01"}\r\n')
    assert (ended.status, ended.err, len(ended.out.splitlines())) == (0, "", 2)


def test_a_bad_first_line(llr: Llr) -> None:
    ended = llr("decide", "-", given=b'nonsense\n{"as_of": "2021-10-15"}\n{"as_of": "2021-10-15"}\n')
    assert ended.status == 2
    assert [("error" in json.loads(line)) for line in ended.out.splitlines()] == [True, False, False]


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson", "JSONL"])
def test_a_file_named_as_lines(llr: Llr, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"people.{suffix}"
    path.write_bytes(situation(as_of="never"))
    ended = llr("decide", str(path))
    assert (ended.status, json.loads(ended.out)["line"]) == (2, 1)
    path.write_bytes(b"\n")
    assert llr("decide", str(path)).status == 2


def test_lines_over_several_lines_are_one_document(llr: Llr) -> None:
    body = b'{"as_of": "2021-10-15", "jobs": [\n{"from": "2015-09-01"}\n]}'
    ended = llr("decide", "-", given=body.replace(b'\n{"from', b'\n  {"from'))
    assert (ended.status, ended.out) == (0, decision(body))


def test_lines_have_no_receipt(llr: Llr, tmp_path: Path) -> None:
    ended = llr("decide", "-", "--receipt", str(tmp_path / "r"), given=b'{"as_of": "2021-10-15"}\n' * 2)
    assert (ended.status, ended.out) == (2, b"")


def test_lines_in_text(llr: Llr) -> None:
    ended = llr("decide", "-", "--format", "text", given=b'{"as_of": "2021-10-15"}\n{"as_of": 1}\n')
    assert ended.status == 2
    assert ended.out.decode().startswith("Uw rechten op 15")
    assert "2: $.as_of: 1 | a date" in ended.out.decode()


def test_lines_are_not_kept() -> None:
    """A file of any length is decided in little memory: each line is answered before the next is read."""
    code = (
        "import sys; from leerrekening.cli.main import main; status = main(['decide', '-']);"
        # the peak of this program alone: what getrusage says would include the process it was forked from
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(status, int(peak.split()[1]) // 1024, file=sys.stderr)"
    )
    long = b'{"as_of": "x' + b"y" * 900_000 + b'"}\n'
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        for _ in range(200):
            process.stdin.write(long)
        _, err = process.communicate()
    status, megabytes = err.split()[-2:]
    assert (status, int(megabytes) < 130) == (b"2", True), err


def test_progress_for_who_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(decide, "SECONDS_BETWEEN_REPORTS", 0)
    progress = decide.Progress()
    progress.read = 3
    progress.show()
    progress.end()
    assert capsys.readouterr().err == "\r3 lines read, 0 refused\r\033[K"


def test_somebody_stops_reading(tmp_path: Path) -> None:
    """`./llr decide people.jsonl | head -1` ends quietly."""
    path = tmp_path / "people.jsonl"
    path.write_bytes(b'{"as_of": "2021-10-15"}\n' * 200)
    command = f"{sys.executable} -m leerrekening.cli decide {path} | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b'{"as_of":"', b"")


# --- text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_text(llr: Llr, file: Path, language: str) -> None:
    ended = llr("decide", str(file), "--format", "text", "--lang", language)
    text = ended.out.decode()
    assert (ended.status, ended.err) == (0, "")
    assert text.startswith(LANGUAGES[language])
    law = the_keeper().held().law
    assert all(i.name[language] in text for i in law.instruments.values())
    assert "175" in text
    assert not any(mark in text for mark in ("None", "Fraction", "{", "Unknown", "null"))


def test_text_says_the_deciding_condition_with_its_margin_and_source(llr: Llr) -> None:
    person = {**CONTRACT["person"], "career_days": 2000}
    body = situation(person=person, guidance=[])
    text = llr(
        "decide", "-", "--format", "text", "--instrument", "loopbaancheques", "--lang", "en", given=body
    ).out.decode()
    lines = [line.strip() for line in text.splitlines()]
    assert "career vouchers: no" in lines
    at = lines.index("This decides:")
    assert "(LP2)" in " ".join(lines[at : at + 3])
    assert any(line.startswith("Short by: 555\u00a0days") for line in lines)
    assert any(line.startswith("Met on ") for line in lines)
    assert any(line.startswith("Source: ") for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "day", ["2010-01-01", "2016-03-01", "2021-10-15", "2026-11-20", "2027-06-01", "2090-01-01"]
)
def test_text_of_every_state(llr: Llr, language: str, day: str) -> None:
    """Unconfirmed, proposed, not yet, ended, open: each can be said in each language."""
    for body in (
        json.dumps({"as_of": day}).encode(),
        situation(as_of=day),
        situation(as_of=day, course=None),
    ):
        ended = llr("decide", "-", "--format", "text", "--lang", language, given=body)
        assert ended.status == 0, ended.err
        assert "None" not in ended.out.decode()


# --- anything at all ------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: b'{"as_of":"2021-10-15"}\n' + b))
def test_random_bytes(llr: Llr, body: bytes) -> None:
    """Whatever is given: decisions or refusals, never a fault of the program."""
    ended = llr("decide", "-", given=body)
    assert ended.status in (0, 2)
    assert "fault" not in ended.err
    assert all(isinstance(json.loads(line), dict) for line in io.BytesIO(ended.out))
