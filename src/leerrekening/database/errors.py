"""What can go wrong with the database server. Each text says what, where, why and what to do."""


class DatabaseProblem(Exception):
    """The database cannot be used as asked."""


class NoPostgres(DatabaseProblem):
    """No PostgreSQL was found that is new enough."""


class CannotRunAs(DatabaseProblem):
    """PostgreSQL refuses to run as root, and no other way was found."""


class ServerFailed(DatabaseProblem):
    """The server does not start, or does not stop."""


class UnsafeServer(DatabaseProblem):
    """The server would lose what it has acknowledged: a setting or a disk is not fit for records."""


class MigrationRefused(DatabaseProblem):
    """The schema cannot be brought to this version of the program."""


class BackupFailed(DatabaseProblem):
    """A copy could not be made, checked or put back."""
