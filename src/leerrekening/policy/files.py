"""Population files: Parquet partitions with a record beside them. A population without its record is not complete."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow.parquet as pq

from leerrekening.policy.persons import Part, PopulationError
from leerrekening.policy.synthesis import Count, Margin, margins, partitions, read_assumptions
from leerrekening.rules import days

FOLDER: Final = Path(__file__).resolve().parents[3] / ".llr" / "populations"
RECORD: Final = "population.json"
USE: Final = ("take_up", "supply", "anticipation")
"""Assumptions on use, which say nothing of a population."""
CHUNK: Final = 125_000
"""Rows that are read and worked on at once, whatever the size of the files."""


@dataclass(frozen=True, slots=True)
class Population:
    """Partitions ready to read, the day they are a picture of, and what they are."""

    parts: tuple[Part, ...]
    day: int
    size: int
    record: dict[str, Any]


def write_synthetic(
    folder: Path, size: int, seed: int, as_of: str, progress: Callable[[int], None] | None = None
) -> None:
    """Draw a population into a folder. It appears under its name only when it is whole. Raises OSError."""
    new = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    assumptions = read_assumptions()
    count, day, files = Count.empty(), days.day_of(as_of), []
    try:
        for number, frame in enumerate(partitions(size, seed, as_of, assumptions)):
            name = f"part-{number:05}.parquet"
            frame.write_parquet(new / name, compression="zstd", compression_level=1)
            files.append({"file": name, "rows": frame.height})
            count.add(frame, day)
            if progress is not None:
                progress(frame.height)
        record = {
            "kind": "synthetic", "as_of": as_of, "size": size, "seed": seed, "parts": files,
            "assumptions": {k: a.value for k, a in assumptions.items() if not k.startswith(USE)},
            "margins": [_margin(m) for m in margins(count, assumptions)],
        }  # fmt: skip
        (new / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _margin(m: Margin) -> dict[str, Any]:
    numbers = {
        "published": round(m.published, 4),
        "reached": round(m.reached, 4),
        "deviation": round(m.deviation, 4),
    }
    return {"margin": m.name, "group": m.group, **numbers, "tolerance": m.tolerance, "source": m.source}


def open_population(path: Path, day: str | None = None) -> Population:
    """A folder with a record, or one Parquet file with ``day``. Raises PopulationError: what is wrong, where."""
    if path.is_dir():
        record_file = path / RECORD
        if not record_file.exists():
            raise PopulationError(
                f"{path.name}: there is no {RECORD}; this population was left half made, or is none"
            )
        try:
            record = json.loads(record_file.read_text("utf-8"))
            files = [(path / part["file"], int(part["rows"])) for part in record["parts"]]
            on = days.day_of(day or record["as_of"])
        except (ValueError, KeyError, TypeError) as error:
            raise PopulationError(
                f"{path.name}/{RECORD}: cannot be used ({type(error).__name__}: {error})"
            ) from None
    else:
        if day is None:
            raise PopulationError(
                f"{path.name}: say of which day it is a picture (--population-day YYYY-MM-DD)"
            )
        record, files, on = (
            {"kind": "file", "file": path.name, "as_of": day},
            [(path, _rows(path))],
            days.day_of(day),
        )
    parts: list[Part] = []
    for file, rows in files:
        if (found := _rows(file)) != rows:
            raise PopulationError(f"{file.name}: {found} rows, {rows} expected")
        parts += _readers(file, rows)
    return Population(tuple(parts), on, sum(rows for _, rows in files), record)


def _rows(file: Path) -> int:
    try:
        return int(pq.ParquetFile(file).metadata.num_rows)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise PopulationError(
            f"{file.name}: not a whole Parquet file ({str(error).splitlines()[0]})"
        ) from None


def _readers(file: Path, rows: int) -> Iterator[Part]:
    for start in range(0, rows, CHUNK):
        yield Part(partial(_read, file, start), file.name, start)


def _read(file: Path, start: int) -> pl.DataFrame:
    try:
        return pl.scan_parquet(file).slice(start, CHUNK).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PopulationError(
            f"{file.name}, from row {start + 1}: cannot be read ({str(error).splitlines()[0]})"
        ) from None
