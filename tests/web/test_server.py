"""What the site says about itself before it serves."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from leerrekening.cli.run import bind
from leerrekening.web.server import address_of
from leerrekening.web.settings import secret_key


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_address_can_be_opened(host: str) -> None:
    with bind(host, 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_secret_key_is_made_once_and_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLR_SECRET_KEY", raising=False)
    folder = tmp_path / "data"
    key = secret_key(folder)
    assert len(key) > 50
    assert secret_key(folder) == key
    assert [file.name for file in folder.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((folder / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_secret_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLR_SECRET_KEY", "given")
    assert secret_key(tmp_path / "data") == "given"
    assert not (tmp_path / "data").exists()


def test_cookies_over_https_are_for_this_host_alone() -> None:
    """Browsers keep a cookie with this prefix only when it is sent over https, for the whole host and no other."""
    names = "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE"
    show = f"from leerrekening.web import settings as s; print(*(getattr(s, name) for name in '{names}'.split()))"
    done = subprocess.run(
        [sys.executable, "-c", show],
        env={**os.environ, "LLR_TLS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-llr-session", "__Host-llr-form", "True", "True"]
