"""The PostgreSQL of the machine in place of the one that pip installs: same tables, same answers, same audit."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo
from tests.ledger.conftest import Books
from tests.ledger.test_model import Shelf, run_directed, run_histories

from leerrekening.account.installation import install
from leerrekening.database.binaries import OLDEST_MAJOR, system_folders, version_in
from leerrekening.database.server import Server, ensure_server
from leerrekening.ledger import Ledger
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.installation import login_of
from leerrekening.ledger.requests import lot_number

HISTORIES = 40


@pytest.fixture
def folder() -> Path:
    """Programs of the machine's own PostgreSQL, the oldest that will do. None is a failure, never a reason to skip."""
    found = {folder: version_in(folder) for folder in system_folders()}
    fit = {
        folder: version
        for folder, version in found.items()
        if version and int(version.split(".")[0]) >= OLDEST_MAJOR
    }
    if not fit:
        pytest.fail(
            f"PostgreSQL {OLDEST_MAJOR} or newer of the machine is missing, so that it is not tried in place of ours.\n"
            "  Debian or Ubuntu:  sudo apt-get install --no-install-recommends postgresql",
            pytrace=False,
        )
    return min(fit, key=lambda folder: float(".".join(str(fit[folder]).split(".")[:2])))


@pytest.fixture
def system_server(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("LLR_POSTGRES_BIN", str(folder))
    server = ensure_server(tmp_path / "data")
    yield server
    server.stop()


def test_it_takes_the_place_of_ours(
    system_server: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is installed; the ledger does what the model does; what is kept is sealed and audited."""
    assert system_server.version == version_in(folder)
    assert install(system_server)
    assert install(system_server) == []
    login = conninfo.make_conninfo(system_server.dsn(), dbname="postgres")
    with psycopg.connect(login, autocommit=True) as connection:
        connection.execute("create database books template llr")
    shelf = Shelf(Books(system_server, "books"))
    run_directed(shelf)
    run_histories(shelf, HISTORIES, always_the_same=True)
    shelf.connection.close()

    with Ledger(system_server.dsn(login_of("batch"))) as ledger:
        from tests.ledger.world import DAY, key

        right = ledger.define_right("cheques", "oc", "cent", "calendar_year", capped=True, carry_cap=500)
        ledger.allot(right.fund, key(1), 10**6, DAY)
        ledger.add_parties(range(1, 101))
        outcomes = list(ledger.grant("start", right, DAY, ((party, 1000) for party in range(1, 101))))
        assert sum(outcome.granted for outcome in outcomes) == 100
        lot = lot_number(right.id, DAY.replace(month=1, day=1), 1)
        closing = ledger.close_period("over", right, DAY.replace(month=1, day=1), DAY.replace(year=2027))
        assert sum(outcome.carried for outcome in closing) == 50_000
        assert [line.posted for line in ledger.explain(7, lot)][-1] == 0
        assert ledger.seal() > 300
    report = audit(system_server.dsn(login_of("auditor")))
    assert report.clean and report.sealed == report.rows

    # The same server by its connection string: nothing is started, and its logins have passwords of their own.
    monkeypatch.setenv("LLR_DATABASE_URL", system_server.dsn())
    named = ensure_server(tmp_path / "elsewhere")
    assert install(named) == []
    with Ledger(named.dsn(login_of("citizen")), party=7) as ledger:
        assert {found.party for found in ledger.lots(7)} == {7}
        assert ledger.lots(8) == []
