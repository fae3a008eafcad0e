"""How fast the site answers at a steady rate, and how much a page weighs.

    .venv/bin/python bench/web.py [--rate 20] [--seconds 15]

Starts the site as `./llr run` does. First a scenario in the second of the start, and scenarios with changed figures.
Then it asks for each page at the given rate: requests start when they are due, whether or not earlier ones have come
back. The floor beside it is a page without any law or answers, from the same server in the same run. Times are what a
client on the same machine waits, first byte sent to last byte received.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import statistics
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "src"))

from leerrekening.cli.run import bind  # noqa: E402 - found through the line above
from leerrekening.web import server  # noqa: E402

SITUATION = {
    "as_of": "2025-11-20",
    "person": {
        "birth_date": "1992-04-12",
        "highest_diploma": "geen",
        "moved_from_other_eea": False,
        "benefits": [],
        "residence": [{"from": "2010-01-01", "to": None, "region": "vlaams_gewest"}],
    },
    "jobs": [
        {
            "from": "2021-09-01",
            "kind": "employee",
            "sector": "private",
            "workplace_region": "vlaams_gewest",
            "fraction": [{"from": "2021-09-01", "to": None, "value": 0.8}],
            "weekly_hours": 30.4,
            "schedule": "fixed",
        }
    ],
    "guidance": [],
    "used": [],
}
COMPARISON = {"fact": "jobs[0].fraction", "then_fact": "jobs[0].fraction", "then.jobs[0].fraction": "40"}
# Name of the measurement, address, and the form that is sent (none: GET).
PAGES: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    ("floor: a page that only tells", "/nl/over/privacy", None),
    ("first page", "/nl/wat-heb-ik", None),
    ("questions, with results beside them", "/nl/wat-heb-ik/vragen", {"go": "topic:work"}),
    (
        "results while answering",
        "/nl/wat-heb-ik/tussenstand",
        {"here": "person", "person.highest_diploma": "master"},
    ),
    ("result", "/nl/wat-heb-ik/resultaat", {}),
    ("what if", "/nl/wat-heb-ik/wat-als", {"go": "compare", **COMPARISON}),
    ("print", "/nl/wat-heb-ik/afdruk", {}),
)
SCENARIO = "/nl/beleid/scenario/"


def ask(port: int, address: str, form: dict[str, str] | None) -> tuple[float, bytes]:
    """One request on a connection of its own: milliseconds, and the body as it came over the wire."""
    headers = {"Accept-Encoding": "gzip"}
    body = None
    if form is not None:
        body = urlencode({"document": json.dumps(SITUATION), "turn": "3", "language": "nl", **form})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    connection.request("GET" if form is None else "POST", address, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - started) * 1000
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}")
    return took, content


def at_rate(port: int, address: str, form: dict[str, str] | None, rate: float, seconds: float) -> list[float]:
    """The times of requests that start at a steady rate."""
    times: list[float] = []
    threads = []
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        thread = threading.Thread(target=lambda: times.append(ask(port, address, form)[0]))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return times


def weight(port: int) -> dict[str, int]:
    """Bytes over the wire of the result page and of everything it loads, by address."""
    import gzip

    _took, content = ask(port, "/nl/wat-heb-ik/resultaat", {})
    text = gzip.decompress(content).decode()
    loaded = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text)))
    return {"the page itself": len(content)} | {url: len(ask(port, url, None)[1]) for url in loaded}


def scenarios(port: int) -> None:
    """Print how long the first scenario takes in the second of a start, and each changed figure after it."""
    first = ask(port, f"{SCENARIO}sociale_partners", None)[0]
    print(f"first scenario, in the second of the start: {first / 1000:.2f} s")
    time.sleep(10)  # a reader looks at it before changing a figure
    times = [
        ask(port, f"{SCENARIO}{identity}", {"figure-0": str(figure)})[0]
        for identity in ("sociale_partners", "loopbaankrediet")
        for figure in range(20, 30)
    ]
    print(f"a changed figure: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms\n")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20.0, help="requests a second (default 20)")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each page (default 15)")
    options = parser.parse_args()
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        process = server.start(listener)
        try:
            server.wait_for_answer(process, listener, threading.Event())
            scenarios(port)
            for _warm in range(10):
                for _name, address, form in PAGES:
                    ask(port, address, form)
            print(f"{options.rate:g} requests a second for {options.seconds:g} s each\n")
            print(f"{'page':38} {'median':>8} {'p95':>8} {'x floor':>8}")
            floor = 0.0
            for name, address, form in PAGES:
                times = sorted(at_rate(port, address, form, options.rate, options.seconds))
                median, high = statistics.median(times), times[int(len(times) * 0.95)]
                floor = floor or median
                print(f"{name:38} {median:5.1f} ms {high:5.1f} ms {median / floor:8.1f}", flush=True)
            sizes = weight(port)
            print(f"\nresult page over the wire: {sum(sizes.values()) / 1000:.1f} kB in all")
            for url, size in sizes.items():
                print(f"  {size / 1000:6.1f} kB  {url}")
        finally:
            server.end(process)


if __name__ == "__main__":
    main()
