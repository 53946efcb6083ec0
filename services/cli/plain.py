"""Text of documents for a terminal: nothing in it is taken for markup, and nothing steers the terminal."""

from __future__ import annotations

import re

from rich.text import Text

# C0 and C1 controls but newline and tab (escape sequences begin with one), and the marks that turn text around.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str, style: str = "") -> Text:
    """``text`` to be printed as it is; what would steer the terminal is shown as U+FFFD."""
    return Text(_STEERING.sub("\ufffd", text), style=style)
