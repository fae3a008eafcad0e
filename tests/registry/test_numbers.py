"""National numbers: checked, hidden, found again, and sealed anew."""

import logging
import os
import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.database.access import Access
from leerrekening.registry import people
from leerrekening.registry.insz import BadInsz, Insz, check_digits_fit, invented_insz
from leerrekening.registry.keys import (
    FILE,
    VARIABLE,
    KeyProblem,
    Keys,
    key_file,
    keys,
    new_keys_text,
    read_keys,
)

BIRTHS = st.dates(date(1910, 1, 1), date(2020, 12, 31))


@given(BIRTHS, st.integers(1, 998))
def test_invented_numbers_are_valid_and_nobody_has_them(birth: date, serial: int) -> None:
    insz = invented_insz(birth, serial)
    assert check_digits_fit(insz.digits)
    assert insz.invented
    assert (
        Insz(f"{insz.digits[:2]}.{insz.digits[2:4]}.{insz.digits[4:6]}-{insz.digits[6:9]}.{insz.digits[9:]}")
        == insz
    )


@given(BIRTHS, st.integers(1, 998), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(birth: date, serial: int, place: int, by: int) -> None:
    """One mistyped digit never gives another valid number of the same century; of the other one, hardly ever."""
    digits = invented_insz(birth, serial).digits
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    first = int(wrong[:9]) + (2_000_000_000 if birth.year >= 2000 else 0)
    assert int(wrong[9:]) != 97 - first % 97


@pytest.mark.parametrize(
    "text", ["", "123", "abcdefghijk", "00000000000", "92631100205", "٩٢٦٣١١٠٠٢٠٤", "9263110020412"]
)
def test_a_bad_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadInsz) as refused:
        Insz(text)
    assert not text or text not in str(refused.value)


def test_a_number_hides_itself(caplog: pytest.LogCaptureFixture) -> None:
    insz = invented_insz(date(1992, 3, 11), 2)
    shown = [repr(insz), str(insz), f"{insz}", repr({"who": insz}), repr((insz,))]
    logging.getLogger("x").warning("who: %s", insz)
    assert not any(insz.digits in text for text in [*shown, caplog.text])
    assert pickle.loads(pickle.dumps(insz)) == insz


def test_keys_find_and_open(registry_keys: Keys) -> None:
    insz = invented_insz(date(1992, 3, 11), 2)
    other = read_keys(new_keys_text(), "test")
    assert registry_keys.open(registry_keys.seal(insz)) == insz
    assert registry_keys.seal(insz) != registry_keys.seal(insz)
    assert registry_keys.key_of(insz) == registry_keys.key_of(insz) != other.key_of(insz)
    with pytest.raises(KeyProblem):
        other.open(registry_keys.seal(insz))


def test_a_new_sealing_key_goes_first_and_the_old_one_still_opens() -> None:
    lines = new_keys_text()
    old = read_keys(lines, "test")
    lookup, seal = lines.splitlines()
    new = read_keys("\n".join([lookup, new_keys_text().splitlines()[1], seal]), "test")
    insz = invented_insz(date(1992, 3, 11), 2)
    sealed = old.seal(insz)
    assert new.open(sealed) == insz
    assert new.key_of(insz) == old.key_of(insz)
    with pytest.raises(KeyProblem):
        old.open(new.reseal(sealed))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lookup",
        "lookup zz\nseal x",
        "seal " + "A" * 43 + "=",
        "lookup " + "00" * 32 + "\nseal notakey",
        "secret line",
    ],
)
def test_malformed_keys_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(KeyProblem) as refused:
        read_keys(text, "here")
    assert not any(word in str(refused.value) for word in ("zz", "AAAA", "0000", "notakey", "secret"))


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    made = keys(tmp_path / "data")
    file = tmp_path / "data" / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == [FILE]
    insz = invented_insz(date(1992, 3, 11), 2)
    assert read_keys(key_file(tmp_path / "data"), "again").key_of(insz) == made.key_of(insz)
    file.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        key_file(tmp_path / "data")


def test_keys_from_a_file_that_a_setting_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys").write_text(new_keys_text())
    monkeypatch.setenv(VARIABLE, os.fspath(tmp_path / "keys"))
    assert keys().seals == 1
    monkeypatch.setenv(VARIABLE, os.fspath(tmp_path / "none"))
    with pytest.raises(KeyProblem, match="cannot be read"):
        keys()


def test_a_person_is_added_once_and_found_again(access: Access) -> None:
    insz = invented_insz(date(1992, 3, 11), 2)
    with access.transaction("gate") as connection:
        assert people.find(connection, insz) is None
        party = people.find_or_add(connection, insz.digits, "  Ada ", "Voorbeeld", "xx")
        assert people.find_or_add(connection, insz, "Ada Maria", "Voorbeeld") == party
        with pytest.raises(ValueError, match="given name"):
            people.find_or_add(connection, invented_insz(date(1992, 3, 11), 3), " ", "Voorbeeld")
    with access.transaction("batch") as connection:
        name = people.Name("Ada Maria", "Voorbeeld", "nl")
        assert people.name_of(connection, party) == name, "the last names that the access service gave"
        assert people.insz_of(connection, party) == insz
        assert connection.execute("select 1 from led.party where party = %s", [party]).fetchone()
        raw = connection.execute("select insz_key, insz_sealed from registry.person").fetchall()
    assert insz.digits.encode() not in b"".join(bytes(value) for row in raw for value in row)


def test_a_newcomer_never_gets_a_number_that_has_balances(empty_access: Access) -> None:
    access, taken = empty_access, 100001  # the first number of an empty registry
    with access.transaction("batch") as connection:
        connection.execute("select led.add_parties(array[%s, %s]::bigint[])", [taken, taken + 1])
    with access.transaction("gate") as connection:
        party = people.find_or_add(connection, invented_insz(date(1970, 1, 1), 9), "Nieuw", "Iemand")
    assert party not in (taken, taken + 1)


def test_every_number_is_sealed_anew(access: Access, registry_keys: Keys) -> None:
    numbers = [invented_insz(date(1960, 5, 5), serial) for serial in range(1, 6)]
    with access.transaction("batch") as connection:
        parties = [people.find_or_add(connection, insz, "Naam", "Familie") for insz in numbers]
    lookup, seal = os.environ[VARIABLE].splitlines()
    newer = read_keys("\n".join([lookup, new_keys_text().splitlines()[1], seal]), "test")
    after: int | None = 0
    while after is not None:
        with access.transaction("batch") as connection:
            after = people.reseal(connection, after, 2, using=newer)
    with access.transaction("batch") as connection:
        assert [people.insz_of(connection, party, using=newer) for party in parties] == numbers
        with pytest.raises(KeyProblem):
            people.insz_of(connection, parties[0], using=registry_keys)
