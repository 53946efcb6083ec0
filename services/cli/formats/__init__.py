"""The output formats of ``gouji check``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from services.cli.outcome import Outcome


def write(outcomes: Sequence[Outcome], form: str, language: str, out: TextIO, *, rounding: bool) -> None:
    """Print the outcomes in one of the formats ``text json csv sarif``."""
    if form == "text":
        from services.cli.formats.text import write_text

        write_text(outcomes, language, out, rounding=rounding)
    elif form == "json":
        from services.cli.formats.machine import write_json

        write_json(outcomes, out)
    elif form == "csv":
        from services.cli.formats.machine import write_csv

        write_csv(outcomes, language, out)
    else:
        from services.cli.formats.sarif import write_sarif

        write_sarif(outcomes, language, out)
