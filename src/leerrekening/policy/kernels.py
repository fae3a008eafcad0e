"""Compiled kernels, kept between runs: a module a shape, named by the hash of its text.

Compiling takes seconds a kernel, running takes milliseconds. What was compiled once on this machine is loaded again;
a reform that changes figures only changes no shape.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from leerrekening.rules.kernel import key_of, source
from leerrekening.rules.lanes import Lanes

FOLDER: Final = Path(__file__).resolve().parents[3] / ".llr" / "kernels"
_HEAD: Final = '"""May be thrown away."""\n\nimport numba\nimport numpy as np\n\nCACHE = True\n\n\n'
_LOADED: Final[dict[str, Callable[..., None]]] = {}


def is_ready(lanes: Lanes, mode: str, folder: Path = FOLDER) -> bool:
    """Whether the kernel of this shape has been compiled on this machine before."""
    return _mark(folder, key_of(source(lanes, mode))).exists()


def load(lanes: Lanes, mode: str, folder: Path = FOLDER) -> Callable[..., None]:
    """The kernel of a program, compiled at its first call, or taken from the folder."""
    text = source(lanes, mode)
    key = key_of(text)
    if key not in _LOADED:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"k_{key}.py"
        if not path.exists():
            new = path.with_suffix(f".{os.getpid()}")
            new.write_text(_HEAD + text, "utf-8")
            new.replace(path)
        spec = importlib.util.spec_from_file_location(f"llr_kernel_{key}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # numba finds a stored function by the name of its module
        spec.loader.exec_module(module)
        _LOADED[key] = _marking(module.kernel, _mark(folder, key))
    return _LOADED[key]


def _mark(folder: Path, key: str) -> Path:
    # Asked without importing numba: most who ask find no kernel, and importing it takes longer than their run.
    return folder / f"k_{key}.{version('numba')}.compiled"


def _marking(kernel: Callable[..., None], mark: Path) -> Callable[..., None]:
    """The kernel, leaving a mark once it has been compiled and stored."""
    done = mark.exists()

    def run(*args: Any) -> None:
        nonlocal done
        kernel(*args)
        if not done:
            done = True
            mark.touch()

    return run
