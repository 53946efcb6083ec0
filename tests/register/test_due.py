"""Due dates: of the law, of the register, of every year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.report import Kind
from services.register.due import Yearly, approved, earliest, plausible, publication_year, read_date, read_day_of_year, yearly

KINDS = st.sampled_from(list(Kind))
YEARS = st.integers(2000, 2100)


def test_twenty_days_after_the_approval_which_is_not_counted() -> None:
    due = approved(date(2025, 8, 11))
    assert due.day == date(2025, 8, 31)
    assert due.basis == "预算法第十四条：批复后二十日内（批复 2025-08-11）"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_the_twentieth_day_is_in_time_and_the_next_is_not(day: date) -> None:
    counted = [day + timedelta(days=number) for number in range(1, 21)]
    assert approved(day).day == counted[-1]


@pytest.mark.parametrize(
    ("kind", "year", "rule", "day"),
    [
        (Kind.BUDGET, 2025, Yearly(2, 28), date(2025, 2, 28)),
        (Kind.FINAL_ACCOUNTS, 2024, Yearly(9, 30), date(2025, 9, 30)),
        (Kind.BUDGET, 2024, Yearly(2, 29), date(2024, 2, 29)),
        (Kind.BUDGET, 2025, Yearly(2, 29), date(2025, 2, 28)),
        (Kind.BUDGET, 2100, Yearly(2, 29), date(2100, 2, 28)),
    ],
)
def test_a_day_of_every_year(kind: Kind, year: int, rule: Yearly, day: date) -> None:
    assert yearly(rule, kind, year).day == day


@given(KINDS, YEARS, st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_a_yearly_rule_gives_a_plausible_day_of_the_year_of_publication(kind: Kind, year: int, day: date) -> None:
    due = yearly(Yearly(day.month, day.day), kind, year).day
    assert due.year == publication_year(kind, year)
    assert plausible(due, kind, year)
    assert due >= earliest(kind, year)


@pytest.mark.parametrize("text", ["2025-8-31", "2025-08-31", "2025/8/31", "2025.8.31", " 2025年8月31日 "])
def test_dates_as_people_and_spreadsheets_write_them(text: str) -> None:
    assert read_date(text) == date(2025, 8, 31)


@pytest.mark.parametrize("text", ["", "31.8.2025", "2025-02-30", "2025-13-01", "08-31", "20250831", "九月"])
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=12))
def test_no_text_does_worse_than_be_no_date(text: str) -> None:
    assert read_date(text) is None or read_day_of_year(text) is None
    assert read_day_of_year("02-29") == Yearly(2, 29)
    assert read_day_of_year("02-30") is None
