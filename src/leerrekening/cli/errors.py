"""How a command ends: 0 went well, 1 a check failed, 2 the input is wrong, 3 the machine lacks something."""


class CommandError(Exception):
    """A command cannot do what was asked. The text says what, where, why and what to do."""

    status = 1


class CheckFailed(CommandError):
    """Something was checked and is not right."""

    status = 1


class BadInput(CommandError):
    """What the person gave cannot be used."""

    status = 2


class EnvironmentMissing(CommandError):
    """The machine lacks something: a program, a port, a right on a file."""

    status = 3
