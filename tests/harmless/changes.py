"""Ways to write the same text otherwise. Each takes a text and a source of chance; what it says stays."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Change = Callable[[str, random.Random], str]
_CJK = "[㐀-鿿]"
_FULL = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_HALF = str.maketrans("；：（）％", ";:()%")
_WIDE = str.maketrans({";": "；", ":": "：", "(": "（", ")": "）", "%": "％"})
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_MONEY = re.compile(r"(?<![\d,.])\d{4,}(?=\.\d\d(?!\d))")


def ungrouped(text: str, _: random.Random) -> str:
    """1,464.43 → 1464.43"""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def grouped(text: str, _: random.Random) -> str:
    """1464.43 → 1,464.43, of what can only be money."""
    return _MONEY.sub(lambda match: f"{int(match[0]):,}", text)


def full_width(text: str, chance: random.Random) -> str:
    """1464.43% → １４６４．４３％, one number in two."""
    return _NUMBER.sub(lambda match: match[0].translate(_FULL) if chance.random() < 0.5 else match[0], text)


def half_width_marks(text: str, _: random.Random) -> str:
    """（）；：％ → ()\\;:%, and commas between words, not between numbers."""
    return re.sub(f"(?<={_CJK})，(?={_CJK})", ",", text.translate(_HALF))


def full_width_marks(text: str, _: random.Random) -> str:
    """();:% → （）；：％, and commas between words."""
    return re.sub(f"(?<={_CJK}),(?={_CJK})", "，", text.translate(_WIDE))


def blanks(text: str, chance: random.Random) -> str:
    """Blanks, also the wide one, between Chinese characters and around numbers, as layout leaves them."""
    space = chance.choice((" ", "\u3000", "\u00a0", "  "))
    between = re.sub(f"(?<={_CJK})(?={_CJK})", lambda _: space if chance.random() < 0.15 else "", text)
    return re.sub(rf"(?<={_CJK})(?=\d)|(?<=\d)(?={_CJK})", lambda _: " " if chance.random() < 0.5 else "", between)


def closed(text: str, _: random.Random) -> str:
    """No blank next to a Chinese character."""
    return re.sub(f"(?<={_CJK})[ \u3000\u00a0]+(?=[{_CJK[1:-1]}\\d])|(?<=\\d)[ \u3000\u00a0]+(?={_CJK})", "", text)


IN_TEXT: dict[str, Change] = {
    change.__name__: change for change in (ungrouped, grouped, full_width, half_width_marks, full_width_marks, blanks, closed)
}
"""What can be done to any text of a document, in a paragraph or in a cell."""


def broken(text: str, chance: random.Random) -> str:
    """A cell's words and its number over two lines, as narrow columns have them."""
    if len(text) < 6 or "\n" in text:
        return text
    at = chance.randrange(2, len(text) - 2)
    return text[:at] + "\n" + text[at:]


def wrapped(text: str, chance: random.Random) -> str:
    """A text copy whose lines were ended by the width of the page: paragraphs go on in the next line, also inside a number."""
    return "\n".join(part for line in text.split("\n") for part in _wrapped(line.rstrip("\r"), chance.randrange(36, 60)))


def _wrapped(line: str, width: int) -> list[str]:
    """Only where the reader can tell that the line goes on: a line of a sentence, not ended by a mark that ends sentences."""
    if "\t" in line or "|" in line or len(line) < 2 * width or "，" not in line[:width]:
        return [line]
    at = next((at for at in range(width, len(line) - 10) if _goes_on(line, at)), None)
    return [line] if at is None else [line[:at], *_wrapped(line[at:], width)]


def _goes_on(line: str, at: int) -> bool:
    ends = line[at - 1] in "。；：！？;:!?…”」》" or line[at - 1].isspace()
    begins = re.match(r"[#>•（(一二三四五六七八九十第①-⑳注附\s*+-]|\d{1,3}[、.)）](?!\d)", line[at:])
    return not ends and not begins


def windows(text: str, _: random.Random) -> str:
    """Lines ended as Windows ends them, blanks behind them."""
    return re.sub(r"(?<![\t|\r\n])\r?\n", "  \r\n", text) if "\t" not in text else text.replace("\r", "").replace("\n", "\r\n")


def indented(text: str, _: random.Random) -> str:
    """Paragraphs indented by two wide blanks."""
    return re.sub(r"(?m)^(?=[^\s|#][^\t|\n]*$)", "\u3000\u3000", text)


IN_FILE: dict[str, Change] = {change.__name__: change for change in (wrapped, windows, indented)}
"""What can be done to the lines of a text file."""

ABOUT: dict[str, frozenset[str]] = {
    "half_width_marks": frozenset({"text.bracket-width", "text.full-stop", "text.marks", "text.thousands"}),
    "full_width_marks": frozenset({"text.bracket-width", "text.full-stop", "text.marks", "text.thousands"}),
    "ungrouped": frozenset({"text.thousands"}),
    "grouped": frozenset({"text.thousands"}),
}
"""The rules that are about the very thing that a change changes (the width of marks, of digits, how thousands are set off): they
may find more or less, no other may."""
