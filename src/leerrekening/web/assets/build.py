"""Build what the pages load: style sheet, font and script, from pinned packages.

Run on purpose, with Node and npm at hand, after a change in this folder:

    uv run --no-project --with fonttools==4.68.0 --with brotli==1.2.1 python build.py

The results are committed under `static/llr/`, and their inputs' hash in `built.json`, which a test compares. The
site itself never needs Node.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static" / "llr"
PACKAGES = HERE / "node_modules"
RECORD = HERE / "built.json"

# Letters of Dutch, French, German and English, with the punctuation and signs these languages print.
LETTERS = (
    set(range(0x20, 0x7F))
    | set(range(0xA0, 0x100))
    | {0x152, 0x153, 0x178, 0x1E9E, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E}
    | {0x2022, 0x2026, 0x202F, 0x2039, 0x203A, 0x20AC, 0x2212}
)
WEIGHTS = (400, 700)


def inputs() -> list[Path]:
    """Every file that decides what the build gives, in a fixed order."""
    own = [
        HERE / "build.py",
        HERE / "package.json",
        HERE / "package-lock.json",
        HERE / "llr.js",
        HERE / "scan.js",
    ]
    return [*own, *sorted(HERE.glob("*.scss")), *sorted((HERE / "own").glob("*.scss"))]


def outputs() -> list[Path]:
    """The committed results, in a fixed order."""
    names = ("account.css", "htmx.js", "llr.css", "llr.js", "scan.js", "source-sans-3.woff2")
    return [STATIC / name for name in names]


def fingerprint(files: list[Path]) -> str:
    """SHA-256 over names and contents of `files`; line ends count as one, so that a checkout cannot change it."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}:{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


# Variants of components that no page of ours uses; a template that begins to use one takes it out of here.
UNUSED = re.compile(
    r"\.govuk-(?:checkboxes--small|radios--small|summary-card|label--xl|fieldset__legend--xl)(?![a-z])"
)


def slim(css: str) -> str:
    """The compiled style sheet with our class prefix and without what only very old browsers or others need.

    Dropped: the fallback colour beside each custom property, vendor font smoothing, the switch to another font on
    paper, and variants that no page uses.
    """
    css = css.removeprefix("\ufeff")
    css = re.sub(r"var\((--govuk-[a-z-]+), #[0-9a-f]+\)", r"var(\1)", css)
    css = re.sub(r"-(?:webkit|moz-osx)-font-smoothing:\w+;?", "", css)
    css = re.sub(r"@media print\{[^{}]+\{font-family:sans-serif\}\}", "", css)
    css = re.sub(r"@media screen\\0 ?\{(?:[^{}]*\{[^{}]*\})*\}", "", css)
    css = re.sub(r":root\{--govuk-frontend-version: [^}]*\}", "", css)
    css = re.sub(r"([^{}]+)\{[^{}]*\}", lambda rule: "" if is_unused(rule[1]) else rule[0], css)
    css = re.sub(r"@media[^{}]*\{\}", "", css)
    return css.replace("govuk-", "llr-") + "\n"


def is_unused(selectors: str) -> bool:
    """Whether a rule is for variants alone that no page uses."""
    return all(UNUSED.search(selector) for selector in selectors.split(","))


def build_style(name: str) -> None:
    """Compile one `.scss` into one compressed style sheet."""
    command = ["npx", "--no-install", "sass", "--load-path=node_modules", "--style=compressed"]
    command += ["--no-source-map", "--quiet-deps", f"{name}.scss"]
    done = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
    (STATIC / f"{name}.css").write_text(slim(done.stdout), encoding="utf-8")


def build_font() -> None:
    """Cut Source Sans 3 down to our letters and weights, as woff2."""
    # Installed for this build alone, so that the checks of the project cannot see it.
    from fontTools import subset  # type: ignore[import-not-found]
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
    from fontTools.varLib import instancer  # type: ignore[import-not-found]

    source = PACKAGES / "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
    # Without a fixed time stamp two builds of the same inputs would differ.
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "liga"]
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    font.save(STATIC / "source-sans-3.woff2")


def build_scripts() -> None:
    """Copy the scripts: HTMX as published, and our own few lines."""
    shutil.copyfile(PACKAGES / "htmx.org/dist/htmx.min.js", STATIC / "htmx.js")
    for name in ("llr.js", "scan.js"):
        shutil.copyfile(HERE / name, STATIC / name)


def main() -> None:
    """Install the pinned packages, build everything, and record the hashes."""
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=HERE, check=True)
    STATIC.mkdir(parents=True, exist_ok=True)
    for name in ("llr", "account"):
        build_style(name)
    build_font()
    build_scripts()
    record = {"inputs": fingerprint(inputs()), "outputs": fingerprint(outputs())}
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    for file in outputs():
        print(f"{file.name:24} {file.stat().st_size:7d} bytes")


if __name__ == "__main__":
    main()
