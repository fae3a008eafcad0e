"""The keeper of the law: newest good text, last good one kept, one reading for many threads."""

import logging
import shutil
import threading
from pathlib import Path

import pytest

from leerrekening.lawtext import keeper as keepers
from leerrekening.lawtext.keeper import LawKeeper, law_folder
from leerrekening.lawtext.reader import LAW_FOLDER, LawError

HEAD = Path("vlaanderen/loopbaankrediet/instrument.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A law of our own to change."""
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


def change(folder: Path, text: str) -> None:
    """Write something at the end of a file of the law."""
    with (folder / HEAD).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_change_is_read(folder: Path) -> None:
    keeper = LawKeeper(folder, seconds=0)
    before = keeper.held()
    assert keeper.held() is before
    change(folder, "# another text\n")
    after = keeper.held()
    assert after.law.version != before.law.version
    assert after.engine.law is after.law
    assert keeper.refusal() is None


def test_files_are_not_looked_at_each_time(folder: Path) -> None:
    keeper = LawKeeper(folder, seconds=3600)
    before = keeper.held()
    change(folder, "# another text\n")
    assert keeper.held() is before


def test_a_broken_text_leaves_the_last_good_one(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR")
    logging.getLogger("leerrekening.lawtext").addHandler(caplog.handler)
    keeper = LawKeeper(folder, seconds=0)
    good = keeper.held()
    whole = (folder / HEAD).read_bytes()
    change(folder, "name: [\n")
    assert keeper.held() is good
    refusal = keeper.refusal()
    assert refusal is not None
    assert (refusal.file, bool(refusal.line)) == (HEAD.as_posix(), True)
    assert keeper.held() is good
    logging.getLogger("leerrekening.lawtext").removeHandler(caplog.handler)
    assert {record.getMessage() for record in caplog.records} == {
        f"the law has changed and is not served: {refusal}"
    }
    (folder / HEAD).write_bytes(whole)
    assert keeper.held().law.version == good.law.version
    assert keeper.refusal() is None


def test_a_broken_text_is_not_read_again_and_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = LawKeeper(folder, seconds=0)
    keeper.held()
    change(folder, "name: [\n")
    keeper.held()
    monkeypatch.setattr(keepers, "read_law", lambda _root: pytest.fail("read again"))
    keeper.held()


def test_whatever_goes_wrong_the_law_is_served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = LawKeeper(folder, seconds=0)
    good = keeper.held()

    def fail(_root: Path) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(keepers, "law_files", fail)
    assert keeper.held() is good
    assert "the disk is gone" in str(keeper.refusal())


def test_without_any_good_text(tmp_path: Path) -> None:
    keeper = LawKeeper(tmp_path, seconds=0)
    for _ in range(2):
        with pytest.raises(LawError, match="no fact files"):
            keeper.held()


def test_threads_share_one_reading(folder: Path) -> None:
    keeper = LawKeeper(folder, seconds=0)
    found = []
    threads = [threading.Thread(target=lambda: found.append(keeper.held())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(held) for held in found}) == 1


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLR_LAW", str(tmp_path))
    assert law_folder() == tmp_path
    monkeypatch.delenv("LLR_LAW")
    assert law_folder() == LAW_FOLDER
