"""The dates of publication that pages show, in the shapes in which these sites write them. They are kept as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_YEAR = r"(?:19|20)\d{2}"
_TIME = r"(?:[ T]\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_HAN_YEAR = r"[二一][〇○零Ｏ九][〇○零Ｏ一二三四五六七八九]{2}"
DATE = re.compile(
    rf"{_YEAR}(?:\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|\s*[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{1,2}}(?!\d)){_TIME}"
    rf"|(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|{_HAN_YEAR}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}日"
)
"""``2024-08-30 10:20``, ``2024/8/30``, ``2024年8月30日``, ``20240830``, ``二〇二四年八月三十日``."""

_LABEL = re.compile(
    r"(?:发布|公开|发文|成文|更新|印发|生成|录入|上传)?\s*(?:时间|日期|日)\s*[:：]?\s*[\[［(（【]?\s*(?=(?:19|20)\d{2}|[二一][〇○零Ｏ九])"
)
_BEFORE_SOURCE = re.compile(rf"(?:{DATE.pattern})(?=\s*[】\])）]?\s*(?:\|\s*)?(?:信息)?(?:来源|作者|编辑|浏览|字[号体]))")
_MONTH = re.compile(rf"({_YEAR})\s*[-/.年]\s*(\d{{1,2}})\s*月?")
_DAY = re.compile(r"(\d{1,2})\s*日?")
_WITHOUT_YEAR = re.compile(r"[\[［(（【]?\s*(\d{1,2}\s*[-/.]\s*\d{1,2}|\d{1,2}月\d{1,2}日)\s*[\]］)）】]?")
_BEIJING = timedelta(hours=8)
_MILLISECONDS = 10**11  # a larger number counts milliseconds
_MOMENTS = range(10**8, 10**10)  # seconds: 1973 to 2286


def date_of_page(words: str) -> str | None:
    """The date that the text of a page calls its own: after a label (发布时间：), or before its 来源."""
    label = _LABEL.search(words)
    found = DATE.match(words, label.end()) if label else None
    found = found or _BEFORE_SOURCE.search(words)
    return found[0].strip() if found else None


def date_of_row(pieces: Iterable[str]) -> str | None:
    """The date in a row of a list, given the pieces of its text: whole, split into a day and a month, or without its year."""
    texts = [" ".join(piece.split()) for piece in pieces]
    if found := DATE.search(" ".join(texts)):
        return found[0].strip()
    month = next((match for text in texts if (match := _MONTH.fullmatch(text))), None)
    day = next((match for text in texts if (match := _DAY.fullmatch(text))), None)
    if month and day:
        return f"{month[1]}-{month[2].zfill(2)}-{day[1].zfill(2)}"
    return next((match[1] for text in texts if (match := _WITHOUT_YEAR.fullmatch(text))), None)


def date_of_value(value: object) -> str | None:
    """The date in a value of a JSON list: a text that has one, or seconds or milliseconds since 1970, shown in Beijing time."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)[:100]
    if found := DATE.search(text):
        return found[0].strip()
    if not text.isdecimal():
        return None
    seconds = int(text[:20])
    seconds = seconds // 1000 if seconds >= _MILLISECONDS else seconds
    if seconds not in _MOMENTS:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + _BEIJING).strftime("%Y-%m-%d %H:%M:%S")
