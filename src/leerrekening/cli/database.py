"""`./llr db`: the database server: where it is, bring it up to date, save it, put it back, check it."""

import argparse
from pathlib import Path

from leerrekening.cli import Subparsers
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "db",
        help="the database: status, backup, restore, check",
        description="Without LLR_DATABASE_URL the program runs a PostgreSQL of its own in --data.",
        allow_abbrev=False,
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    for name, handler, text in (
        ("status", status, "show where it is, its version and how much it holds"),
        ("migrate", migrate, "bring its tables to this version of the program"),
        ("check", check, "check the server's settings, its files, and every balance"),
    ):
        commands.add_parser(name, help=text, description=text, allow_abbrev=False).set_defaults(
            handler=handler
        )
    text = "copy everything into a new folder, while it works"
    backup = commands.add_parser("backup", help=text, description=text, allow_abbrev=False)
    backup.add_argument("target", type=Path, help="a folder that does not exist yet")
    backup.set_defaults(handler=back_up)
    text = "put a copy into a data folder that holds nothing yet, and check every balance"
    restoring = commands.add_parser("restore", help=text, description=text, allow_abbrev=False)
    restoring.add_argument("copy", type=Path, help="a folder made with ./llr db backup")
    restoring.set_defaults(handler=restore)


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """The folder of the server, for commands that use it."""
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="data folder (default: LLR_DATA, or .llr/data)"
    )


def status(arguments: argparse.Namespace) -> int:
    """Show where the database is. Starts it when needed."""
    import psycopg

    from leerrekening.cli.ledger import opened

    with opened(arguments.data) as server, psycopg.connect(server.dsn()) as connection:
        (size,) = connection.execute(
            "select pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone() or ("?",)
        parts = connection.execute(
            "select part, max(number) from llr_step group by part order by part"
        ).fetchall()
        print(f"PostgreSQL {server.version} at {server.where}")
        print(f"{size}; " + ", ".join(f"{part} at step {step}" for part, step in parts))
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    from leerrekening.cli.ledger import opened

    with opened(arguments.data, said=print):
        print("up to date")
    return 0


def back_up(arguments: argparse.Namespace) -> int:
    """Copy a running server. Errors: CheckFailed."""
    from leerrekening.cli.ledger import opened
    from leerrekening.database import backup
    from leerrekening.database.errors import BackupFailed

    with opened(arguments.data) as server:
        try:
            backup.back_up(server, arguments.target)
        except BackupFailed as error:
            raise CheckFailed(str(error)) from error
    print(f"copied to {arguments.target}, and every file of the copy checked")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a copy back and audit it. Errors: BadInput, CheckFailed."""
    from leerrekening.database import backup
    from leerrekening.database.errors import BackupFailed
    from leerrekening.database.server import default_data_dir

    if not arguments.copy.is_dir():
        raise BadInput(f"{arguments.copy} is not a folder")
    try:
        backup.restore(arguments.copy, arguments.data or default_data_dir())
    except BackupFailed as error:
        raise CheckFailed(str(error)) from error
    print("put back; checking every balance")
    return check(arguments)


def check(arguments: argparse.Namespace) -> int:
    """Settings, files, balances. Errors: CheckFailed, EnvironmentMissing."""
    import psycopg

    from leerrekening.cli.ledger import opened, report
    from leerrekening.database.errors import UnsafeServer
    from leerrekening.database.safety import check_durable
    from leerrekening.ledger.auditor import audit
    from leerrekening.ledger.installation import login_of

    with opened(arguments.data) as server:
        try:
            check_durable(server.dsn())
        except UnsafeServer as error:
            raise EnvironmentMissing(str(error)) from error
        print("settings: nothing acknowledged is lost")
        with psycopg.connect(server.dsn()) as connection:
            damaged, checked = connection.execute(
                "select coalesce(sum(checksum_failures), 0), current_setting('data_checksums') from pg_stat_database"
            ).fetchone() or (0, "off")
        if damaged:
            raise CheckFailed(
                f"{damaged} pages of the disk are damaged.\n  Restore a copy: ./llr db restore ..."
            )
        print(f"files: checksums {checked}, no damage seen")
        return report(audit(server.dsn(login_of("auditor"))))
