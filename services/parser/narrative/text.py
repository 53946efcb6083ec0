"""Running text: paragraphs that one sentence may run through, squeezed for reading, every character's origin kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_DROPPED = "\0"
_QUOTES = frozenset("“”‘’\"'「」『』`*\u200b\ufeff\0")
_KEPT = frozenset("，")  # folding it to a comma would join the numbers on its two sides
_SPLIT = re.compile(r"(?<=[0-9A-Za-z])[ \0]+(?=[0-9A-Za-z])")


class _Folding(dict[int, str]):
    """Every character as it is read: compatibility forms folded where that is one character again, white space a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character)
        if character in _QUOTES:
            folded = _DROPPED
        elif character.isspace():
            folded = " "
        elif len(folded) != 1 or character in _KEPT or "①" <= character <= "⑳":  # a number of an item, no digit
            folded = character
        self[code] = folded
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Running:
    """Squeezed text; ``offsets[i]`` is where ``text[i]`` stands in the joined paragraphs, ``starts`` where each one begins.

    ``paragraphs`` are indexes into the document's paragraphs.
    """

    text: str
    offsets: Sequence[int]
    paragraphs: Sequence[int]
    starts: Sequence[int]

    def locate(self, position: int) -> tuple[int, int]:
        """(paragraph, offset in it) of a character of ``text``; of its end for ``len(text)``."""
        offset = self.offsets[position] if position < len(self.offsets) else self.offsets[-1] + 1
        index = bisect_right(self.starts, offset) - 1
        return self.paragraphs[index], offset - self.starts[index]


def running(paragraphs: Sequence[tuple[int, str]]) -> Running:
    """Paragraphs (index, text) joined and squeezed.

    White space goes, except between two letters or digits of the Latin kind: it may separate two numbers.
    """
    starts: list[int] = []
    joined: list[str] = []
    base = 0
    for _, text in paragraphs:
        starts.append(base)
        joined.append(text)
        base += len(text)
    folded = "".join(joined).translate(_FOLDING)
    kept = {match.start() for match in _SPLIT.finditer(folded)}
    offsets = [at for at, character in enumerate(folded) if character not in " \0" or at in kept]
    text = "".join([folded[at] for at in offsets]).replace(_DROPPED, " ")
    return Running(text, offsets, [index for index, _ in paragraphs], starts)
