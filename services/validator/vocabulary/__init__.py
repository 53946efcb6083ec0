"""The words that the textual rules and the obligations know: data in YAML beside this file, each entry with its reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def words(name: str) -> Any:
    """The content of ``NAME.yaml``. Raise ``FileNotFoundError`` for a name that is not there."""
    text = Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one
