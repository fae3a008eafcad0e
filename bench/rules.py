"""How fast one person is decided, explained and asked, each beside a floor measured in the same run.

.venv/bin/python bench/rules.py
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / part) for part in ("src", "")]

import orjson  # noqa: E402
from tests.strategies import as_json, ordinary_document  # noqa: E402

from leerrekening.lawtext.reader import LAW_FOLDER, law_files, read_law  # noqa: E402
from leerrekening.rules.ask import next_question  # noqa: E402
from leerrekening.rules.days import day_of  # noqa: E402
from leerrekening.rules.decide import YES, Engine  # noqa: E402
from leerrekening.rules.document import Documents  # noqa: E402
from leerrekening.rules.explain import changes, next_change  # noqa: E402
from leerrekening.rules.situation import Situation  # noqa: E402

Measured = tuple[float, float, float]
"""Milliseconds: median and 95th percentile by the clock; median on the processor, which says more on a busy machine."""


def measure(work: Callable[[], object], times: int) -> Measured:
    """How long it takes, after a tenth of the runs to warm up."""
    for _ in range(max(1, times // 10)):
        work()
    taken, worked = [], []
    for _ in range(times):
        start, start_worked = time.perf_counter(), time.thread_time()
        work()
        worked.append((time.thread_time() - start_worked) * 1000)
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.95)], statistics.median(worked)


def by_hand(raw: dict[str, object]) -> tuple[bool, int]:
    """The comparisons of the training cheques in plain Python, for a person of whom all is known: a floor."""
    person, jobs, course = raw["person"], raw["jobs"], raw["course"]
    assert isinstance(person, dict) and isinstance(jobs, list) and isinstance(course, dict)
    today = str(raw["as_of"])
    works = any(j["from"] <= today and (j["to"] or "9999") >= today and j["kind"] == "employee" for j in jobs)
    lives = any(
        p["from"] <= today and p["region"] in ("vlaams_gewest", "brussels_gewest")
        for p in person["residence"]
    )
    listed = any(p["from"] <= course["start"] <= (p["to"] or "9999") for p in course["odb"])
    good = works and lives and listed and course["paid_by"] == "worker" and course["contact_minutes"] >= 1920
    return good, min(course["price_cents"], 25_000)


def main() -> None:
    """Measure and print the table."""
    start, start_worked = time.perf_counter(), time.thread_time()
    law = read_law()
    worked = (time.thread_time() - start_worked) * 1000
    loading = (time.perf_counter() - start) * 1000
    texts = [file.read_bytes() for file in law_files(LAW_FOLDER)]
    engine = Engine(law)
    documents = Documents(engine)
    document = ordinary_document(day_of("2021-10-15"))
    document["guidance"] = [
        {
            "from": "2018-02-01",
            "instrument": "loopbaancheques",
            "minutes": 420,
            "vouchers": 2,
            "pop_signed_on": "2018-05-01",
            "pop_courses": ["course-1"],
        }
    ]
    text = as_json(document)
    situation = law.reader.read(text)
    empty = law.reader.read(b'{"as_of": "2021-10-15"}')
    half = law.reader.read(as_json({k: v for k, v in document.items() if k in ("as_of", "jobs", "course")}))
    today = law.reader.read(as_json({"as_of": "2026-11-01", "jobs": document["jobs"]}))
    written = documents.decision(situation)
    shown = orjson.loads(written)

    def decide() -> None:
        for finding in engine.decide(situation):
            finding.deciding()
            finding.missing()
            if finding.verdict == YES:
                for ready in (finding.slice.right, finding.slice.award, finding.slice.price):
                    if ready is not None:
                        finding.values_of(ready)

    def explain() -> None:
        for finding in engine.decide(situation):
            changes(finding)
            next_change(finding)

    def ask(of: Situation) -> Callable[[], object]:
        return lambda: next_question(engine, of)

    floors = {
        "one instrument by hand": measure(lambda: by_hand(document), 2000),
        "json.loads of the situation": measure(lambda: json.loads(text), 2000),
        "orjson of the same answer": measure(lambda: orjson.dumps(shown), 500),
        "reading the bytes of the law files": measure(
            lambda: [f.read_bytes() for f in law_files(LAW_FOLDER)], 20
        ),
    }
    rows = [
        ("verdicts, amounts, deciding, missing", measure(decide, 1000), 0.2, "one instrument by hand"),
        (
            "document, JSON in and out",
            measure(lambda: documents.decision(law.reader.read(text)), 500),
            1.0,
            "orjson of the same answer",
        ),
        ("what would change it and when, all", measure(explain, 50), 20.0, "one instrument by hand"),
        ("next question, nothing known", measure(ask(empty), 100), 10.0, "json.loads of the situation"),
        ("next question, half known", measure(ask(half), 100), 10.0, "json.loads of the situation"),
        ("next question, law not confirmed", measure(ask(today), 100), 10.0, "json.loads of the situation"),
        ("law loading, first time", (loading, loading, worked), 500.0, "reading the bytes of the law files"),
    ]
    print(
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}; "
        f"law of {sum(map(len, texts)) // 1000} kB; answer of {len(written) // 1000} kB; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print("\n| work | median ms | p95 ms | on the processor ms | target ms | floor | floor ms | ratio |")
    print("| --- " * 8 + "|")
    for name, (median, p95, worked), target, floor in rows:
        base = floors[floor][0]
        times = f"{median:.3f} | {p95:.3f} | {worked:.3f}"
        print(f"| {name} | {times} | {target:g} | {floor} | {base:.4f} | {median / base:.0f} |")


if __name__ == "__main__":
    main()
