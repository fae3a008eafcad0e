"""The committed style sheet, font and scripts are what their sources give."""

import importlib.util
import json
from types import ModuleType

import leerrekening.web.settings as web


def build() -> ModuleType:
    """The build script as a module."""
    spec = importlib.util.spec_from_file_location("build", web.WEB / "assets" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_built_from_what_is_committed() -> None:
    module = build()
    recorded = json.loads(module.RECORD.read_text(encoding="utf-8"))
    wanted = {"inputs": module.fingerprint(module.inputs()), "outputs": module.fingerprint(module.outputs())}
    assert recorded == wanted, "the style sheet is older than its source: run assets/build.py"


def test_names_of_others_are_gone() -> None:
    style = (web.WEB / "static" / "llr" / "llr.css").read_text(encoding="utf-8").lower()
    assert not [word for word in ("govuk", "gds", "crest", "http:", "https:") if word in style]


def test_whatever_is_served_is_accounted_for() -> None:
    text = (web.WEB / "static" / "THIRD-PARTY.md").read_text(encoding="utf-8")
    ours = {"llr/icon.svg", "llr/llr.js", "llr/scan.js", "THIRD-PARTY.md", "OFL.txt"}
    served = {
        str(file.relative_to(web.WEB / "static"))
        for file in (web.WEB / "static").rglob("*")
        if file.is_file()
    }
    assert [name for name in served - ours if f"`{name}`" not in text] == []
