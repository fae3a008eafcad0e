"""Small data files: read whole, checked cell by cell, refused with file, row and column."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")
PEOPLE = re.compile(r"[0-9]{1,8}")


class DataFault(ValueError):
    """A data file is not what it should be. `row` counts from 1, the header being row 1; 0: the file as a whole."""

    def __init__(self, file: str, row: int, column: str, reason: str) -> None:
        place = f"{file}, row {row}, column {column}" if row else file
        super().__init__(f"{place}: {reason}")
        self.file, self.row, self.column, self.reason = file, row, column, reason


def read_rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and cells of each row. Errors: DataFault for another header, or a row of another length."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFault(file.name, 0, "", "the file is missing") from None
    except UnicodeDecodeError as error:
        raise DataFault(file.name, 0, "", f"not UTF-8 at byte {error.start}") from None
    rows = csv.reader(text.splitlines(), strict=True)
    try:
        header = next(rows, [])
        missing = [name for name in columns if name not in header]
        if missing:
            raise DataFault(file.name, 1, missing[0], "the column is missing")
        if header != list(columns):
            odd = next(
                name for name, wanted in zip([*header, ""], [*columns, ""], strict=False) if name != wanted
            )
            raise DataFault(file.name, 1, odd, f"the columns should be {', '.join(columns)}")
        for number, cells in enumerate(rows, start=2):
            if len(cells) != len(columns):
                raise DataFault(
                    file.name, number, columns[-1], f"{len(cells)} cells instead of {len(columns)}"
                )
            yield number, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise DataFault(file.name, rows.line_num, columns[0], f"not a table: {error}") from None


def write_whole(file: Path, text: str) -> None:
    """Write a file that only its owner can open. It is whole, or stays what it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.part")
    new.unlink(missing_ok=True)
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


@dataclass(frozen=True)
class Cells:
    """The cells of one row, read by kind; what is wrong names its place."""

    file: str
    row: int
    cells: dict[str, str]

    def fault(self, column: str, reason: str) -> DataFault:
        """The refusal of one cell."""
        return DataFault(self.file, self.row, column, reason)

    def code(self, column: str, known: frozenset[str] | tuple[str, ...]) -> str:
        """One of the known codes."""
        value = self.cells[column]
        if value not in known:
            raise self.fault(column, f"{value!r} is not one of {', '.join(sorted(known))}")
        return value

    def year(self) -> int:
        """The column `year`, of the last or of this century."""
        value = self.cells["year"]
        if not re.fullmatch(r"(?:19|20)\d\d", value):
            raise self.fault("year", f"{value!r} is not a year")
        return int(value)

    def people(self, column: str) -> int:
        """A number of people."""
        value = self.cells[column]
        if not PEOPLE.fullmatch(value):
            raise self.fault(column, f"{value!r} is not a number of people")
        return int(value)

    def percentage(self, column: str) -> Decimal:
        """A number from 0 to 100, with the decimals as they stand."""
        value = self.cells[column]
        if not NUMBER.fullmatch(value):
            raise self.fault(column, f"{value!r} is not a number such as 23.0")
        number = Decimal(value)
        if number > 100:
            raise self.fault(column, f"{value} is more than 100 per cent")
        return number
