"""Putting the queue into a database: its steps, and the logins of the worker and of the administrator."""

from pathlib import Path

from procrastinate.schema import SchemaManager

from leerrekening.database.migrations import migrate
from leerrekening.database.server import Server

SQL = Path(__file__).parent / "sql"
KINDS = ("worker", "administrator")


def login_of(kind: str) -> str:
    """Name of the login for a kind of user."""
    return f"llr_{kind}_login"


def install(server: Server) -> list[str]:
    """Bring the queue to this version, after the registry; names of the steps applied. Errors: MigrationRefused."""
    applied = migrate(server.dsn(), SQL, part="jobs", packages={"procrastinate": SchemaManager.get_schema()})
    for kind in KINDS:
        server.add_login(login_of(kind), f"llr_{kind}")
    return applied
