"""Putting everything that the program keeps into a database: ledger, registry, account, queue, in that order."""

from pathlib import Path

from leerrekening import jobs, ledger
from leerrekening.database.migrations import migrate
from leerrekening.database.server import Server
from leerrekening.registry import installation as registry_installation

SQL = Path(__file__).parent / "sql"


def install(server: Server) -> list[str]:
    """Bring all tables to this version of the program; names of the steps applied. Errors: MigrationRefused."""
    return [
        *ledger.install(server),
        *registry_installation.install(server),
        *migrate(server.dsn(), SQL, part="account"),
        *jobs.install(server),
    ]
