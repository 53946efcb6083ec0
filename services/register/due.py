"""The last day on which a disclosure is in time.

Source: 预算法 art. 14 - within 20 days after the finance department's approval (批复); the day of the approval does not count
(民法典 art. 201). That a last day on a holiday moves to the next working day is not computed: holidays are decreed each year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.report import Kind

DAYS = 20
_DAY_OF_YEAR = re.compile(r"(\d{1,2})-(\d{1,2})")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class Due:
    """The last day in time, and where it comes from, for people."""

    day: date
    basis: str


@dataclass(frozen=True)
class Yearly:
    """A day of the year of publication: the fiscal year itself for a budget, the year after for final accounts."""

    month: int
    day: int


def approved(day: date) -> Due:
    """20 days after an approval."""
    return Due(day + timedelta(days=DAYS), f"预算法第十四条：批复后二十日内（批复 {day}）")


def fixed(day: date) -> Due:
    """A day that the register gives."""
    return Due(day, "登记的期限")


def yearly(rule: Yearly, kind: Kind, fiscal_year: int) -> Due:
    """A day of every year. 29 February is the 28th where there is none."""
    year = publication_year(kind, fiscal_year)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = 28 if (rule.month, rule.day) == (2, 29) and not leap else rule.day
    return Due(date(year, rule.month, day), f"登记的期限：每年{rule.month}月{rule.day}日")


def publication_year(kind: Kind, fiscal_year: int) -> int:
    """The calendar year in which a disclosure is published."""
    return fiscal_year if kind is Kind.BUDGET else fiscal_year + 1


def earliest(kind: Kind, fiscal_year: int) -> date:
    """The first day on which a disclosure of that year could be published: half a year before its year of publication."""
    return date(publication_year(kind, fiscal_year) - 1, 7, 1)


def plausible(day: date, kind: Kind, fiscal_year: int) -> bool:
    """Whether a disclosure of that year could be due on a day. (It may be published later; due later is a slip of the pen.)"""
    return earliest(kind, fiscal_year) <= day <= date(publication_year(kind, fiscal_year), 12, 31)


def read_date(text: str) -> date | None:
    """The date in ``2025-08-31``, ``2025/8/31`` or ``2025年8月31日``; null where it is none."""
    match = _DATE.fullmatch(text.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def read_day_of_year(text: str) -> Yearly | None:
    """The day of the year in ``08-31``; null where it is none."""
    match = _DAY_OF_YEAR.fullmatch(text.strip())
    try:
        return Yearly(day.month, day.day) if match and (day := date(2024, int(match[1]), int(match[2]))) else None
    except ValueError:
        return None
