"""The words that the textual rules and the obligations know: data in YAML beside this file, each entry with its reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml


@cache
def words(name: str) -> Any:
    """The content of ``NAME.yaml``. Raise ``FileNotFoundError`` for a name that is not there."""
    return read_yaml(Path(__file__).with_name(f"{name}.yaml"))
