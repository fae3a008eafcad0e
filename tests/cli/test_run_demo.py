"""`./llr run` with its demo access service: somebody who does not exist signs in to the site as it really runs."""

import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from tests.cli.test_run import SECONDS_TO_STOP, data_folder, running

from leerrekening.cli import run

__all__ = ["data_folder"]  # a fixture
EID = "urn:be:vlaanderen:authmech:eid"


@pytest.mark.usefixtures("data_folder")
def test_sign_in_look_and_out() -> None:
    with running("--port", "0") as (process, address), requests.Session() as browser:
        browser.trust_env = False
        site = address.rstrip("/").replace("127.0.0.1", "localhost")  # by whichever name the browser knows us
        chooser = browser.get(f"{site}/nl/mijn-rekening", timeout=20)
        assert "Demo" in chooser.text
        account = browser.post(chooser.url, {"who": "jozef_claes/BUR", "means": EID}, timeout=30)
        assert (account.status_code, account.url) == (200, f"{site}/nl/mijn-rekening")
        assert "Jozef Claes" in account.text
        assert account.headers["Cache-Control"] == "no-store"
        for _ in range(6):  # whichever of the processes answers
            assert browser.get(f"{site}/nl/aanmelding", timeout=20).url == f"{site}/nl/aanmelding"
        service = urlsplit(chooser.url)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS_TO_STOP) == 0
        with pytest.raises(requests.ConnectionError):
            browser.get(f"{service.scheme}://{service.netloc}/jwks", timeout=2)


def test_no_demo_beside_a_real_access_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLR_ISSUER", "https://access.example")
    with run.bind("127.0.0.1", 0) as listener, run.demo_access_service(listener) as said:
        assert said == ""


def test_the_demo_names_the_site_as_browsers_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LLR_ISSUER", "LLR_CLIENT_ID", "LLR_CLIENT_SECRET", "LLR_APPLICATION"):
        monkeypatch.setenv(name, "")  # so that what is set here is taken back
    monkeypatch.setenv("LLR_HOSTS", "site.example")
    with run.bind("127.0.0.1", 0) as listener, run.demo_access_service(listener) as said:
        issuer = said.split()[-1]
        port = listener.getsockname()[1]
        asked = {
            "client_id": "llr-demo",
            "redirect_uri": f"http://site.example:{port}/aanmelden/terug",
            "response_type": "code",
            "scope": "openid",
            "code_challenge_method": "S256",
            "code_challenge": "x" * 43,
        }
        with requests.Session() as browser:
            browser.trust_env = False
            assert browser.get(f"{issuer}authorize", params=asked, timeout=5).status_code == 200
            asked["redirect_uri"] = "http://elsewhere.example/aanmelden/terug"
            assert browser.get(f"{issuer}authorize", params=asked, timeout=5).status_code == 400
