"""The words that the command line prints, by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

Words = dict[str, str]


@cache
def words(language: str) -> Words:
    """The words of ``zh`` or ``en``. Raises KeyError for another language."""
    text = Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Words] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return loaded[language]
