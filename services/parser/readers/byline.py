"""What the page around a document says of it: when it was published, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemas.deferred import deferred

_DATE = r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*日)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
_PUBLISHED = deferred(rf"(?:^|发布|发文|公开|发稿|更新)(?:日期|时间)\s*[:：]?\s*[\[【]?\s*({_DATE})")
_SOURCE = deferred(r"(?:信息|文章|稿件)?来源\s*[:：]\s*([^\s|｜【\[:：]{2,40})")
_ANY_DATE = deferred(_DATE)


def published(lines: Iterable[str]) -> str | None:
    """The first date that is called one of publication, as printed."""
    return _first(_PUBLISHED, lines)


def source(lines: Iterable[str]) -> str | None:
    """Whom the page names as its source (来源)."""
    return _first(_SOURCE, lines)


def date(text: str) -> str | None:
    """The first date in a text, as printed."""
    return _first(_ANY_DATE, [text], group=0)


def _first(pattern: re.Pattern[str], lines: Iterable[str], group: int = 1) -> str | None:
    return next((match[group].strip() for line in lines if (match := pattern.search(line))), None)
