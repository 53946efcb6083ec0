"""A value and its number format → the text that the cell shows.

Decimals count: 12.5 shown as ``12.50`` is another statement than ``12.5``. The formats are those of Office Open XML (ECMA-376
part 1, §18.8.30-31), as far as disclosures use them.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

BUILT_IN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-", 42: "#,##0;-#,##0;-", 43: "#,##0.00;-#,##0.00;-", 44: "#,##0.00;-#,##0.00;-",
    49: "@", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Number format id → its code; the ids that are not in a workbook's own list."""

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE = re.compile(r"[ymdhs]", re.I)
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(y+|m+|d+|h+|s+|上午/下午|AM/PM)|(.)', re.I)
_PLACES = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_MAX_DECIMALS = 12
_LARGEST = Decimal(10) ** 15  # beyond, a number has no digits after the point left


def printed(value: float, code: str, epoch_1904: bool = False) -> str:
    """What a cell shows of a number."""
    if not math.isfinite(value):
        return ""
    sections = _sections(code)
    if len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    else:
        section = sections[0]
    bare = _QUOTED.sub("", section)
    if "?" in bare and not re.search(r"[#0]", bare):  # only room kept free for digits: nothing but the quoted words is shown
        return _literals(section).strip()
    if not bare.strip() and not _QUOTED.search(section):
        return ""
    if "general" in bare.lower() or bare.strip() == "@":
        return general(value)
    if _DATE.search(bare) and not _PLACES.search(bare):
        return _date(value, section, epoch_1904)
    return _number(value, section, bare)


def general(value: float) -> str:
    """A number as it is, to the 11 digits that a General cell shows."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return text if "e" not in text else f"{Decimal(repr(value)):f}"[:24]


def _sections(code: str) -> list[str]:
    """Positive, negative, zero, text - parted by the semicolons that stand in no quotes."""
    parts, start = [], 0
    for mark in re.finditer(r'"[^"]*"|\\.|;', code):
        if mark[0] == ";":
            parts.append(code[start : mark.start()])
            start = mark.end()
    return [*parts, code[start:]]


def _number(value: float, section: str, bare: str) -> str:
    found = _PLACES.search(bare)
    if found is None:
        return _literals(section)
    places = found[0]
    percent = bare.count("%")
    number = Decimal(repr(value)) * Decimal(100) ** percent
    digits = places.rstrip(",")
    number /= Decimal(1000) ** (len(places) - len(digits))
    whole, _, fraction = digits.partition(".")
    least, most = fraction.count("0"), min(len(fraction), _MAX_DECIMALS)
    if abs(number) >= _LARGEST:
        return general(value)
    rounded = abs(number).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    if most > least:
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    text = text.rjust(whole.count("0"), "0") if "," not in whole else text
    sign = "-" if number < 0 and rounded else ""
    before, after = _around(section)
    return f"{sign}{before}{text}{after}"


def _around(section: str) -> tuple[str, str]:
    """What a format prints before and after its number: quoted words, signs, brackets, the percent sign."""
    before, after, seen = "", "", False
    for token in re.finditer(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|([#0?.,]+)|(.)', section):
        if token[4]:
            seen = True
            continue
        words = token[1] or token[2] or token[3] or token[5] or ""
        before, after = (before, after + words) if seen else (before + words, after)
    return before.strip(), after.rstrip()


def _literals(section: str) -> str:
    return "".join(_around(section))


def _date(value: float, section: str, epoch_1904: bool) -> str:
    try:
        moment = (_EPOCH_1904 if epoch_1904 else _EPOCH) + timedelta(days=value)
    except OverflowError:
        return general(value)
    parts, clock = list[str](), False
    for token in _TOKEN.finditer(section):
        letters = (token[3] or "").lower()
        if letters.startswith("y"):
            parts.append(f"{moment:%Y}" if len(letters) > 2 else f"{moment:%y}")
        elif letters.startswith("h"):
            clock = True
            parts.append(f"{moment.hour:0{min(2, len(letters))}d}")
        elif letters.startswith("s"):
            parts.append(f"{moment.second:0{min(2, len(letters))}d}")
        elif letters.startswith("m"):
            part = moment.minute if clock else moment.month
            parts.append(f"{part:0{min(2, len(letters))}d}")
        elif letters.startswith("d"):
            parts.append(f"{moment.day:0{min(2, len(letters))}d}")
        else:
            parts.append(token[1] or token[2] or token[4] or "")
    return "".join(parts).split(";")[0].strip()
