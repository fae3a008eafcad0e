"""A broken law folder is refused with its file, its line and the reason; a good one is read the same everywhere."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from leerrekening.lawtext.reader import (
    LAW_FOLDER,
    LawError,
    instrument_folders,
    law_files,
    law_version,
    read_law,
)

CHEQUES = "vlaanderen/opleidingscheques"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A law that a test may break."""
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


def edit(root: Path, name: str, change: Callable[[str], str]) -> None:
    file = root / name
    before = file.read_text("utf-8")
    after = change(before)
    assert after != before, "the test changes nothing"
    file.write_text(after, "utf-8")


def line_of(root: Path, name: str, words: str) -> int:
    lines = (root / name).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def refused(root: Path) -> LawError:
    with pytest.raises(LawError) as error:
        read_law(root)
    return error.value


def test_the_law_of_this_project_is_read() -> None:
    law = read_law()
    assert law.version == law_version(LAW_FOLDER)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", law.version)
    assert len(law.instruments) >= 6


def test_the_version_is_that_of_the_deciding_files(root: Path) -> None:
    before = law_version(root)
    assert before == law_version(LAW_FOLDER), "it does not depend on the place"
    (root / "vlaanderen" / "README.md").write_text("x")
    (root / CHEQUES / "cases.yaml").write_text("[]")
    assert law_version(root) == before, "worked examples and notes do not decide"
    edit(root, f"{CHEQUES}/rules.yaml", lambda text: text + "\n# a remark\n")
    assert law_version(root) != before


def test_files_stand_in_one_order(root: Path) -> None:
    names = [file.relative_to(root).as_posix() for file in law_files(root)]
    folders = [folder.name for folder in instrument_folders(root)]
    assert names[0].startswith("facts/")
    assert folders == sorted(folders)
    assert len(names) == len(set(names))


def test_yaml_that_is_not_well_formed(root: Path) -> None:
    name = f"{CHEQUES}/rules.yaml"
    edit(root, name, lambda text: text + "\nbroken: [1, 2\n")
    error = refused(root)
    assert error.file == name
    assert error.line is not None
    assert error.line >= line_of(root, name, "broken:")
    assert str(error).startswith(f"{name}, line {error.line}: ")


def test_a_key_written_twice(root: Path) -> None:
    name = f"{CHEQUES}/instrument.yaml"
    edit(root, name, lambda text: text + "\nprefix: xx\n")
    error = refused(root)
    assert (error.file, error.line) == (name, len((root / name).read_text("utf-8").splitlines()))
    assert "the key 'prefix' stands twice" in error.reason


def test_bytes_that_are_no_text(root: Path) -> None:
    (root / CHEQUES / "rules.yaml").write_bytes(b"\xff\xfe\x00")
    error = refused(root)
    assert (error.file, error.line) == (f"{CHEQUES}/rules.yaml", None)


def test_a_rule_text_that_is_not_allowed(root: Path) -> None:
    name = f"{CHEQUES}/rules.yaml"
    old = "expr: max(0, ceiling - used)"
    edit(root, name, lambda text: text.replace(old, "expr: max(0, ceiling - used) ** 2"))
    error = refused(root)
    assert (error.file, error.line) == (name, line_of(root, name, "id: left"))
    assert "the operator Pow is not allowed" in error.reason


def test_a_source_that_is_not_listed(root: Path) -> None:
    name = f"{CHEQUES}/parameters.yaml"
    edit(root, name, lambda text: re.sub(r"sources: \[[^\]]*\]", "sources: [Z99]", text, count=1))
    error = refused(root)
    assert error.file == name
    assert error.line is not None
    assert "the source 'Z99' is not listed in instrument.yaml" in error.reason


def test_a_day_that_does_not_exist(root: Path) -> None:
    name = f"{CHEQUES}/parameters.yaml"
    edit(root, name, lambda text: re.sub(r"from: \d{4}-\d\d-\d\d", "from: 2021-02-30", text, count=1))
    error = refused(root)
    assert error.file == name
    assert "day is out of range for month" in error.reason


def test_a_fact_of_a_strange_type(root: Path) -> None:
    name = "facts/person.yaml"
    edit(root, name, lambda text: text.replace("type: date", "type: moon", 1))
    error = refused(root)
    assert (error.file, error.line) == (name, line_of(root, name, "path: person.birth_date"))
    assert "unknown type 'moon'" in error.reason


@pytest.mark.parametrize("content", ["5", "[]", "", "instrument", "id: 5\nprefix: [1]\n"])
@pytest.mark.parametrize("part", ["instrument.yaml", "parameters.yaml", "rules.yaml"])
def test_a_file_of_the_wrong_shape_is_refused_without_a_traceback(
    root: Path, part: str, content: str
) -> None:
    (root / CHEQUES / part).write_text(content)
    assert isinstance(refused(root), LawError)


@pytest.mark.parametrize("content", ["5", "[]", "", "topic: 5", "topic: {id: x, name: y, order: z}"])
def test_a_fact_file_of_the_wrong_shape(root: Path, content: str) -> None:
    (root / "facts" / "person.yaml").write_text(content)
    assert isinstance(refused(root), LawError)


def test_a_folder_without_facts(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert (error.file, error.line) == ("facts/", None)
    assert str(error).startswith("facts/: no fact files")


def test_a_rule_that_names_what_is_not_there(root: Path) -> None:
    shutil.rmtree(root / "vlaanderen" / "begrippen")
    error = refused(root)
    assert "begrippen." in error.reason
    assert error.line is not None
