"""The same people as for the tests of the account."""

from tests.web.account.conftest import world

__all__ = ["world"]  # fixtures
