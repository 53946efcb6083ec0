"""Why something cannot be read, for programs and for people: ``reasons.yaml``, loaded when there is something to say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from schemas.shipped import read_yaml

_LONGEST = 300  # code points of what is quoted: input is hostile


class Reason(NamedTuple):
    """A stable short ``code``, and a sentence in either language. As text it is both."""

    code: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def reason(name: str, **about: object) -> Reason:
    """The reason of that name, ``about`` filled in: numbers with thousands commas, words cut short."""
    entry = _reasons()[name]
    shown = {key: f"{value:,}" if isinstance(value, int) else str(value)[:_LONGEST] for key, value in about.items()}
    return Reason(entry["code"], entry["zh"].format(**shown), entry["en"].format(**shown))


def unread(part: str, why: Reason) -> str:
    """That a part of a document could not be read, for the warnings."""
    return str(reason("unread-part", part=part, why_zh=why.zh, why_en=why.en))


@cache
def _reasons() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_name("reasons.yaml"))
    return loaded
