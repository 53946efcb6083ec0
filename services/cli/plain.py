"""Text of documents for a terminal: nothing in it is taken for markup, and nothing steers the terminal."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# C0 and C1 controls but newline and tab (escape sequences begin with one), and the marks that turn text around.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str, style: str = "") -> Text:
    """``text`` to be printed as it is; what would steer the terminal is shown as U+FFFD."""
    return Text(_STEERING.sub("\ufffd", text), style=style)


WIDTH = 160
"""Columns of what is not written to a terminal."""


def drawn(draw: Callable[[Console], None]) -> str:
    """What ``draw`` prints: coloured and as wide as the terminal where standard output is one, else plain."""
    out = io.StringIO()
    terminal = sys.stdout.isatty()
    draw(Console(file=out, highlight=False, force_terminal=terminal or None, width=None if terminal else WIDTH))
    return out.getvalue() if terminal else "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column is never broken."""
    table = Table()
    for index, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=index == 0)
    for row in rows:
        table.add_row(*map(plain, row))
    return table
