"""What was recognised → text as printed, and how far its numbers can be trusted."""

from __future__ import annotations

import re

from services.parser.readers.ocr.engine import ZEROS, Reading
from services.parser.readers.words import CJK, tidy

DOUBTFUL = 0.5  # at most the confidence of a number that cannot be as it was read
_NUMBER = re.compile(r"[-−]?\d(?:[\d.,，%]|。(?=\d))*")
_WELL_FORMED = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)*%?[.,，]*")
_ZEROS = re.compile(rf"(?<![A-Za-z])-?[\d.,]*[{''.join(sorted(ZEROS))}][\d.,{''.join(sorted(ZEROS))}]*%?(?![A-Za-z])")
_LOOKALIKE = re.compile(r"(?<=[\d.,])[DlI|SBZ](?![a-z])|(?<![A-Za-z])[DlI|SBZ](?=[\d.,]*\d)")
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_NEAR_CJK = re.compile(f"(?<=[{CJK}])[,;:?!()]|[,;:?!()](?=[{CJK}])")
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_TORN = re.compile(r"(?<=\d[,.]) (?=\d)")
_ITEM = re.compile(r"(?<![\d.,])(\d{1,2})\.(?=20\d\d年)")  # a numbered line that begins with a year


def polish(text: str) -> str:
    """Blanks between Chinese characters dropped, punctuation as wide as its neighbours."""
    text = tidy(text).replace("−", "-").replace("％", "%")
    text = _ITEM.sub(r"\1．", _TORN.sub("", _WIDE_COMMA.sub(",", text)))
    text = _ZEROS.sub(lambda number: _zeroed(number[0]), text)
    return _NEAR_CJK.sub(lambda mark: _FULL_WIDTH[mark[0]], text)


def _zeroed(number: str) -> str:
    return "".join("0" if character in ZEROS else character for character in number)


def confidence_of(reading: Reading) -> float:
    """The lowest confidence of a character of a number; without numbers, the mean of all."""
    text, lowest = _ZEROS.sub(lambda number: _zeroed(number[0]), reading.text), 1.0
    numbers = list(_NUMBER.finditer(text))
    for number in numbers:
        lowest = min(lowest, *reading.confidences[number.start() : number.end()])
        if not _WELL_FORMED.fullmatch(polish(number[0])):
            lowest = min(lowest, DOUBTFUL)
    if _LOOKALIKE.search(text):
        lowest = min(lowest, DOUBTFUL)
    return round(lowest if numbers else reading.mean, 3)
