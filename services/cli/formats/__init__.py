"""The output formats of ``gouji check``."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from services.cli.outcome import Outcome


def render(outcomes: Sequence[Outcome], form: str, language: str, *, rounding: bool, colour: bool) -> str:
    """The outcomes in one of the formats ``text json csv sarif html``. ``colour`` allows it in text, where standard output
    is a terminal."""
    out = io.StringIO()
    if form == "text":
        from services.cli.formats.text import write_text

        write_text(outcomes, language, out, rounding=rounding, colour=colour and sys.stdout.isatty())
    elif form == "json":
        from services.cli.formats.machine import write_json

        write_json(outcomes, out)
    elif form == "csv":
        from services.cli.formats.machine import write_csv

        write_csv(outcomes, language, out)
    elif form == "sarif":
        from services.cli.formats.sarif import write_sarif

        write_sarif(outcomes, language, out)
    else:
        from services.cli.pages.check import check_page

        out.write(check_page(outcomes, language))
    return out.getvalue()
