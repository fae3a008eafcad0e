"""The API as a program meets it."""

import os

import pytest

os.environ.setdefault("LLR_GALLERY", "1")  # as the tests of the site set it; settings are read once
from django.test import Client

from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.web.wsgi import application

assert application


@pytest.fixture
def client() -> Client:
    """A program that calls the API. Faults of a view come up in the test."""
    return Client(headers={"host": "localhost"})


@pytest.fixture(scope="session")
def held() -> HeldLaw:
    """The law that the API serves."""
    return the_keeper().held()
