"""Running text: paragraphs that one sentence may run through, squeezed for reading, every character's origin kept."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DROPPED = frozenset("“”‘’\"'「」『』`*\u200b\ufeff")
_KEPT = frozenset("，")  # folding it to a comma would join the numbers on its two sides


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    """One character as it is read: compatibility forms folded where that is one character again."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and character not in _KEPT else character


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
    characters: list[str] = []
    offsets: list[int] = []
    starts: list[int] = []
    base, gap = 0, False
    for _, text in paragraphs:
        starts.append(base)
        for at, raw in enumerate(text):
            if raw.isspace():
                gap = True
                continue
            if raw in _DROPPED:
                continue
            character = _fold(raw)
            if (
                gap
                and characters
                and characters[-1].isascii()
                and characters[-1].isalnum()
                and character.isascii()
                and character.isalnum()
            ):
                characters.append(" ")
                offsets.append(base + at - 1)
            gap = False
            characters.append(character)
            offsets.append(base + at)
        base += len(text)
        gap = True
    return Running("".join(characters), offsets, [index for index, _ in paragraphs], starts)
