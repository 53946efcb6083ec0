"""The words that the command line prints, by language, and which language that is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

Words = dict[str, str]


class Language(StrEnum):
    """The language of messages."""

    ZH = "zh"
    EN = "en"


def language_of(environment: Mapping[str, str]) -> Language:
    """English where the locale says so (``LC_ALL`` before ``LC_MESSAGES`` before ``LANG``, as POSIX has it), else Chinese."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return Language.EN if locale.lower().startswith("en") else Language.ZH


LanguageOption = Annotated[
    Language,
    typer.Option(
        "--lang",
        default_factory=lambda: language_of(os.environ),
        show_default="from LC_ALL or LANG, zh unless these are en",
        help="Language of the messages.",
    ),
]


@cache
def _catalogue() -> dict[str, Words]:
    from schemas.shipped import read_yaml

    loaded: dict[str, Words] = read_yaml(Path(__file__).with_name("messages.yaml"))
    return loaded


def words(language: str) -> Words:
    """The words of ``zh`` or ``en``. Raises KeyError for another language."""
    return _catalogue()[language]
