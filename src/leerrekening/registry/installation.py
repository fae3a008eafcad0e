"""Putting the registry into a database: its steps, and one login for each kind of user it knows."""

from pathlib import Path

from leerrekening.database.migrations import migrate
from leerrekening.database.server import Server

SQL = Path(__file__).parent / "sql"
# Besides the kinds of the ledger: a helper under a mandate, who runs the program, the mail room, which prints letters,
# and the gate, which signs people in and knows nothing else.
KINDS = ("helper", "administrator", "mailroom", "gate")


def login_of(kind: str) -> str:
    """Name of the login for a kind of user."""
    return f"llr_{kind}_login"


def install(server: Server) -> list[str]:
    """Bring the registry to this version, after the ledger; names of the steps applied. Errors: MigrationRefused."""
    applied = migrate(server.dsn(), SQL, part="registry")
    for kind in KINDS:
        server.add_login(login_of(kind), f"llr_{kind}")
    return applied
