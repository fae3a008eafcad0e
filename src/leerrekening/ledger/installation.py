"""Putting the ledger into a database: its steps, and one login for each kind of user."""

from pathlib import Path

from leerrekening.database.migrations import migrate
from leerrekening.database.server import Server

SQL = Path(__file__).parent / "sql"
KINDS = ("citizen", "provider", "counsellor", "caseworker", "auditor", "batch")


def login_of(kind: str) -> str:
    """Name of the login for a kind of user."""
    return f"llr_{kind}_login"


def install(server: Server) -> list[str]:
    """Bring the ledger on this server to this version; names of the steps applied. Errors: MigrationRefused."""
    applied = migrate(server.dsn(), SQL)
    for kind in KINDS:
        server.add_login(login_of(kind), f"llr_{kind}")
    return applied
