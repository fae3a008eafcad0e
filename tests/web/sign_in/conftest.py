"""A site that signs people in at the demo access service."""

from collections.abc import Iterator

import pytest
from tests.installed import Installed

from leerrekening.demo.access_service.server import running, settings_of
from leerrekening.demo.access_service.service import AccessService

NAMES = {
    "LLR_ISSUER": "SIGN_IN_ISSUER",
    "LLR_CLIENT_ID": "SIGN_IN_CLIENT_ID",
    "LLR_CLIENT_SECRET": "SIGN_IN_CLIENT_SECRET",
    "LLR_APPLICATION": "SIGN_IN_APPLICATION",
}


@pytest.fixture(scope="session")
def demo_service(site: str) -> Iterator[AccessService]:
    """The demo access service, for the running site and for the client without a screen."""
    with running({site}) as service:
        yield service


@pytest.fixture
def service(demo_service: AccessService, site: str, accounts: Installed) -> Iterator[AccessService]:
    """The demo access service, used by the site for this test."""
    from django.test import override_settings

    values = {NAMES[name]: value for name, value in settings_of(demo_service).items()}
    with override_settings(**values, ADDRESS=site):
        yield demo_service
