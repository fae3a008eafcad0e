"""How fast an account opens for somebody with ten years of history and thirty lines in the ledger.

    .venv/bin/python bench/account.py [--seconds 15] [--browser]

Makes a database of its own in a temporary folder, ten such people in it, and starts the site as `./llr run` does.
Signed-in requests, of each of them in turn (one alone would meet the limit of an account), start when they are due,
whether or not earlier ones came back: 20 a second, then 40. The floor beside it is a page that only tells, from the
same server in the same run. No register is connected: reading works with all of them down. With `--browser` Chromium
opens the page with an empty cache as on a slow phone: 1.6 Mbit/s, 150 ms, CPU / 4.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "src"))

TODAY = date(2025, 11, 20)
PEOPLE = 10
FLOOR = "/nl/over/privacy"
PAGES = (
    ("overview", "/nl/mijn-rekening"),
    ("one right", "/nl/mijn-rekening/recht/vlaams_opleidingsverlof"),
    ("time line", "/nl/mijn-rekening/tijdlijn"),
    ("each change of work", "/nl/mijn-rekening/als-uw-werk-verandert"),
)
RATES = (20.0, 40.0)
SLOW_PHONE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
CPU_SLOWER = 4


def invent(access: Any, number: int) -> tuple[int, int]:
    """A person with ten years of history; the party, and how many lines the ledger holds of them."""
    from leerrekening.account import grants
    from leerrekening.lawtext.keeper import the_keeper
    from leerrekening.registry import facts, people
    from leerrekening.registry.insz import invented_insz
    from leerrekening.registry.sources import REGISTERS
    from leerrekening.registry.sources.refreshing import note

    jobs = [
        {
            "from": f"{year}-09-01",
            "to": f"{year + 2}-08-31" if year < 2023 else None,
            "kind": "employee",
            "sector": "private",
            "workplace_region": "vlaams_gewest",
            "joint_committee": "200",
            "fraction": [{"from": f"{year}-09-01", "to": None, "value": 1}],
            "weekly_hours": 38,
            "full_time_weekly_hours": 38,
            "schedule": "fixed",
            "monthly_gross_cents": 320000,
        }
        for year in range(2011, 2025, 2)
    ]
    for job in jobs[:-1]:
        job["fraction"][0]["to"] = job["to"]  # type: ignore[index]
    used = [
        {
            "instrument": "vlaams_opleidingsverlof",
            "on": f"{year}-10-{10 + n}",
            "initiative": "own",
            "minutes": 600,
            "course": f"course-{year}",
        }
        for year in range(2021, 2026)
        for n in range(3)
    ]
    scalars = {"birth_date": "1985-04-12", "moved_from_other_eea": False, "highest_diploma": "secundair"}
    with access.transaction("batch") as connection:
        party = people.find_or_add(connection, invented_insz(date(1985, 4, 12), number), "Els", "Voorbeeld")
        for register in REGISTERS:
            note(connection, [party], register.id, "answered", counts=True)
        for path, value in scalars.items():
            facts.certify(connection, party, "population_register", f"person.{path}", value)
        residence = {"from": "1985-04-12", "to": None, "region": "vlaams_gewest"}
        facts.certify(connection, party, "population_register", "person.residence", residence, item="1")
        for path, items in (("jobs", jobs), ("used", used)):
            for number, item in enumerate(items):
                facts.certify(connection, party, "employment", path, item, item=str(number))
    held = the_keeper().held()
    for year in range(2016, 2026):
        with access.transaction("batch") as connection:
            grants.settle(connection, held, [party], date(year, 11, 20), "yearly_run")
    with access.transaction("batch") as connection:
        row = connection.execute("select count(*) from led.transfer where party = %s", [party]).fetchone()
    assert row is not None
    return party, int(row[0])


def sign_in(access: Any, party: int) -> str:
    """A session of this person, as the cookie that the browser sends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leerrekening.web.settings")
    import django

    django.setup()
    from django.conf import settings

    from leerrekening.registry import actors
    from leerrekening.web.sign_in import sessions
    from leerrekening.web.visitor import Visitor

    with access.transaction("gate") as connection:
        actor = actors.enter(
            connection, actors.Actor(f"bench-{party}", "citizen", "Els Voorbeeld", party=party)
        )
    session = sessions.SessionStore()
    sessions.remember(session, Visitor(actor, "citizen", "Els Voorbeeld", 35, datetime.now(UTC), party))
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def ask(port: int, address: str, cookie: str) -> tuple[float, int]:
    """One request on a connection of its own: milliseconds, and the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    connection.request("GET", address, headers={"Accept-Encoding": "gzip", "Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - started) * 1000
    connection.close()
    return took, answer.status


def at_rate(
    port: int, address: str, cookies: list[str], rate: float, seconds: float
) -> list[tuple[float, int]]:
    """Times and statuses of requests that start at a steady rate."""
    found: list[tuple[float, int]] = []
    threads = []
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        cookie = cookies[number % len(cookies)]
        thread = threading.Thread(target=lambda cookie=cookie: found.append(ask(port, address, cookie)))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return found


def measure(port: int, cookies: list[str], seconds: float) -> None:
    """Print a table: each page at each rate, and its ratio to the floor at that rate."""
    print(f"{'page':24} {'rate':>5} {'median':>9} {'p99':>9} {'errors':>7} {'x floor':>8}")
    for rate in RATES:
        floor = 0.0
        for name, address in (("floor", FLOOR), *PAGES):
            found = at_rate(port, address, cookies, rate, seconds)
            times = sorted(took for took, _status in found)
            errors = sum(status != 200 for _took, status in found)
            median = statistics.median(times)
            floor = floor or median
            high = times[min(len(times) - 1, int(len(times) * 0.99))]
            print(
                f"{name:24} {rate:5g} {median:6.1f} ms {high:6.1f} ms {errors:7} {median / floor:8.1f}",
                flush=True,
            )


def open_on_a_phone(port: int, cookie: str) -> None:
    """Print how long the page takes on a slow phone, empty cache, and the floor beside it."""
    from playwright.sync_api import sync_playwright
    from tests.conftest import find_chromium

    name, _equals, value = cookie.partition("=")
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=sandbox)
        for page_name, path in (("floor", FLOOR), PAGES[0]):
            seen = []
            for _time in range(5):
                context = browser.new_context(viewport={"width": 390, "height": 844})
                context.add_cookies([{"name": name, "value": value, "url": address}])
                page = context.new_page()
                session = context.new_cdp_session(page)
                session.send("Network.enable")
                session.send("Network.emulateNetworkConditions", SLOW_PHONE)
                session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
                started = time.perf_counter()
                page.goto(address + path, wait_until="load")
                loaded = (time.perf_counter() - started) * 1000
                paint = page.wait_for_function(
                    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
                ).json_value()
                seen.append((paint, loaded))
                context.close()
            first = statistics.median(each[0] for each in seen)
            whole = statistics.median(each[1] for each in seen)
            print(f"{page_name:24} on a slow phone: first content {first:.0f} ms, loaded {whole:.0f} ms")
        browser.close()


@contextmanager
def logged(file: Path) -> Iterator[None]:
    """What is started here writes its log to a file, out of the table."""
    sys.stderr.flush()
    kept = os.dup(2)
    with file.open("wb") as stream:
        os.dup2(stream.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="for each page and rate (default 15)")
    parser.add_argument("--browser", action="store_true", help="also open it on a slow phone, in Chromium")
    options = parser.parse_args()
    sys.path.insert(0, str(PROJECT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LLR_DATA"], os.environ["LLR_TODAY"] = folder, TODAY.isoformat()
        from leerrekening.account.installation import install
        from leerrekening.cli.run import bind
        from leerrekening.database.access import Access
        from leerrekening.database.server import ensure_server
        from leerrekening.registry import keys
        from leerrekening.registry.installation import login_of
        from leerrekening.web import server

        os.environ[keys.VARIABLE] = keys.new_keys_text()
        database = ensure_server()
        install(database)
        access = Access(lambda kind: database.dsn(login_of(kind)))
        try:
            invented = [invent(access, number) for number in range(1, PEOPLE + 1)]
            cookies = [sign_in(access, party) for party, _lines in invented]
            print(
                f"{PEOPLE} people, {invented[0][1]} lines of each in the ledger,"
                f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
            )
            with bind("127.0.0.1", 0) as listener:
                port = listener.getsockname()[1]
                with logged(Path(folder) / "site.log"):
                    site = server.start(listener)
                try:
                    server.wait_for_answer(site, listener, threading.Event())
                    for cookie in cookies:
                        for _name, address in (("floor", FLOOR), *PAGES):
                            ask(port, address, cookie)
                    measure(port, cookies, options.seconds)
                    if options.browser:
                        open_on_a_phone(port, cookies[0])
                finally:
                    server.end(site)
        finally:
            access.close()
            database.stop()


if __name__ == "__main__":
    main()
