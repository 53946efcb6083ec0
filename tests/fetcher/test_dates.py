"""Dates as these sites write them."""

from __future__ import annotations

import pytest

from services.fetcher.dates import date_of_page, date_of_row, date_of_value


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("发布时间：2024-08-30", "2024-08-30"),
        ("【发布日期：2024/8/30 9:05】", "2024/8/30 9:05"),
        ("日期: [2024.08.30] 浏览", "2024.08.30"),
        ("成文日期 2024年8月30日 公开日期 2024年9月1日", "2024年8月30日"),
        ("发布日期：二〇二四年八月三十日", "二〇二四年八月三十日"),
        ("索引号 01-2 发文日期：20240830", "20240830"),
        ("2024-08-30 10:20:30 来源：甲局", "2024-08-30 10:20:30"),
        ("（2024年08月30日）  信息来源：甲局", "2024年08月30日"),
        ("2023年1月1日至2023年12月31日收入", None),
        ("时间：2024年度", None),
    ],
)
def test_the_date_of_a_page(words: str, date: str | None) -> None:
    assert date_of_page(words) == date


@pytest.mark.parametrize(
    ("pieces", "date"),
    [
        (["甲局2023年度部门决算", "2024-08-30"], "2024-08-30"),
        (["甲局2023年度部门决算", "[2024.08.30]"], "2024.08.30"),
        (["30", "2024-08", "甲局2023年度部门决算"], "2024-08-30"),
        (["2024年8月", "5日", "甲局2023年度部门决算"], "2024年8月 5日"),
        (["甲局2023年度部门决算", "（08-30）"], "08-30"),
        (["甲局2023年度部门决算", "8月30日"], "8月30日"),
        (["甲局2023年度部门决算"], None),
        (["1", "甲局2023-2024"], None),
    ],
)
def test_the_date_of_a_row(pieces: list[str], date: str | None) -> None:
    assert date_of_row(pieces) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024-08-30T10:20:00.000+08:00", "2024-08-30T10:20:00"),
        (1724984400000, "2024-08-30 10:20:00"),
        ("1724984400", "2024-08-30 10:20:00"),
        (20240830, "20240830"),
        ("20240830", "20240830"),
        (True, None),
        (None, None),
        ("甲", None),
        (7, None),
        ("9" * 5000, None),
    ],
)
def test_the_date_in_a_json_value(value: object, date: str | None) -> None:
    assert date_of_value(value) == date
