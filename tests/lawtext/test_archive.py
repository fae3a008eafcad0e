"""Law texts kept by their hash: an old receipt runs again after the law has changed."""

import shutil
import zipfile
from pathlib import Path

import pytest
from tests.rules.people import day
from tests.strategies import as_json, ordinary_document

from leerrekening.lawtext.archive import (
    STORE_VARIABLE,
    ArchiveError,
    archive_path,
    keep_law,
    read_archived,
    store_folder,
)
from leerrekening.lawtext.reader import LAW_FOLDER, law_version, read_law
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.receipt import make_receipt, read_receipt, replay


@pytest.fixture
def law_folder(tmp_path: Path) -> Path:
    """A law that a test may change."""
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def change(law_folder: Path) -> None:
    file = law_folder / "vlaanderen" / "opleidingscheques" / "parameters.yaml"
    text = file.read_text("utf-8")
    assert "value: 250" in text
    file.write_text(text.replace("value: 250", "value: 260"), "utf-8")


def test_an_old_receipt_runs_again_after_the_law_has_changed(law_folder: Path, store: Path) -> None:
    documents = Documents(Engine(read_law(law_folder)))
    situation = documents.engine.law.reader.read(as_json(ordinary_document(day("2021-10-15"))))
    receipt = make_receipt(documents, situation)
    then = documents.decision(situation)
    keep_law(documents.engine.law.version, law_folder, store)
    change(law_folder)
    now = Documents(Engine(read_law(law_folder)))
    read = read_receipt(receipt)
    assert now.engine.law.version != read["law"]
    assert not replay(now, read)[1], "today's law gives another decision"
    again, same = replay(Documents(Engine(read_archived(read["law"], store))), read)
    assert same
    assert again == then


def test_the_same_text_gives_the_same_file(law_folder: Path, tmp_path: Path) -> None:
    version = law_version(law_folder)
    first = keep_law(version, law_folder, tmp_path / "one")
    for file in law_folder.rglob("*.yaml"):
        file.touch()
    second = keep_law(version, law_folder, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    assert first.name == f"{version.removeprefix('sha256:')}.zip"
    assert [p.name for p in first.parent.iterdir()] == [first.name], "nothing is left behind"


def test_worked_examples_are_no_part_of_it(law_folder: Path, store: Path) -> None:
    path = keep_law(law_version(law_folder), law_folder, store)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert "facts/person.yaml" in names
    assert not any(name.endswith("cases.yaml") for name in names)


def test_a_text_is_kept_once(law_folder: Path, store: Path) -> None:
    version = law_version(law_folder)
    path = keep_law(version, law_folder, store)
    before = path.stat().st_mtime_ns
    change(law_folder)
    assert keep_law(version, law_folder, store) == path, "it is there already, whatever the folder holds now"
    assert path.stat().st_mtime_ns == before


def test_a_text_is_never_kept_under_another_name(law_folder: Path, store: Path) -> None:
    version = law_version(law_folder)
    change(law_folder)
    with pytest.raises(ArchiveError, match="no longer sha256:"):
        keep_law(version, law_folder, store)
    assert list(store.iterdir()) == []


def test_a_missing_text_is_named_with_the_way_to_get_it(store: Path) -> None:
    version = "sha256:" + "a" * 64
    with pytest.raises(ArchiveError) as missing:
        read_archived(version, store)
    for word in (version, str(store), "a" * 64 + ".zip", STORE_VARIABLE):
        assert word in str(missing.value)


@pytest.mark.parametrize(
    "version", ["", "sha256:", "sha256:../../x", "a" * 64, "sha256:" + "A" * 64, "sha1:" + "a" * 64]
)
def test_only_a_hash_names_a_text(version: str, store: Path) -> None:
    with pytest.raises(ArchiveError, match="is not the hash of a law text"):
        archive_path(version, store)
    with pytest.raises(ArchiveError, match="is not the hash of a law text"):
        read_archived(version, store)


def test_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, law_folder: Path) -> None:
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    assert store_folder().parts[-2:] == (".llr", "law-store")
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path / "elsewhere"))
    path = keep_law(law_version(law_folder), law_folder)
    assert path.parent == tmp_path / "elsewhere"
    assert read_archived(law_version(law_folder)).version == law_version(law_folder)


def write(store: Path, version: str, **files: str) -> None:
    store.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive_path(version, store), "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def test_a_damaged_text_is_refused(law_folder: Path, store: Path) -> None:
    version = law_version(law_folder)
    path = keep_law(version, law_folder, store)
    good = path.read_bytes()
    path.write_bytes(good.replace(b"value: 250", b"value: 999"))
    with pytest.raises(ArchiveError, match="cannot be read"):
        read_archived(version, store)
    path.write_bytes(good[: len(good) // 2])
    with pytest.raises(ArchiveError, match="cannot be read"):
        read_archived(version, store)
    write(store, version, **{"facts/person.yaml": "topic: {}"})
    with pytest.raises(ArchiveError, match="was altered: its text has the hash sha256:"):
        read_archived(version, store)


@pytest.mark.parametrize(
    "name", ["../facts/x.yaml", "/etc/x.yaml", "facts/x.py", "x.yaml", "a/b/c/d.yaml", "facts/../x.yaml"]
)
def test_a_file_that_is_no_law_is_never_unpacked(name: str, store: Path, tmp_path: Path) -> None:
    version = "sha256:" + "b" * 64
    write(store, version, **{name: "x"})
    with pytest.raises(ArchiveError, match="which is no file of a law"):
        read_archived(version, store)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["store"]


def test_a_text_too_large_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = "sha256:" + "c" * 64
    write(store, version, **{"facts/x.yaml": "x" * 100})
    monkeypatch.setattr("leerrekening.lawtext.archive.MOST_BYTES", 99)
    with pytest.raises(ArchiveError, match="too large for a law text"):
        read_archived(version, store)


def test_a_text_that_this_engine_cannot_read(store: Path, tmp_path: Path) -> None:
    root = tmp_path / "strange"
    (root / "facts").mkdir(parents=True)
    (root / "facts" / "x.yaml").write_text("topic: 5\n")
    version = law_version(root)
    keep_law(version, root, store)
    with pytest.raises(ArchiveError, match="cannot be read by this engine"):
        read_archived(version, store)
