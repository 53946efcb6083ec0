"""White space in Chinese text, alike for every reader."""

from __future__ import annotations

import re

CJK = "㐀-鿿豈-﫿、。〈-】〔-〟！（），：；？“”‘’"
GAP = re.compile(f"(?<=[{CJK}])[ \u00a0\u3000]{{1,2}}(?=[{CJK}])")
"""One or two blanks between Chinese characters: layout."""

_SPACE = re.compile(r"\s")
_BLANKS = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\u2009]+")


def tidy(text: str) -> str:
    """A cell's text: no blanks at the ends of its lines, none between Chinese characters (``因 公 出 国`` is layout)."""
    if not _SPACE.search(text):
        return text
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(GAP.sub("", line) for line in lines if line)
