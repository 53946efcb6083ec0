"""Blanks between Chinese characters are layout; what is left keeps its place."""

import pytest

from services.parser.report import build_report


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024年 度 支出 合计　1,464.43 万元，主 要 是人 员 经费。", "2024年度支出合计　1,464.43 万元，主要是人员经费。"),
        ("第三 部分　名　词　解　释", "第三部分　名词解释"),
        ("编制单位：青禾区水务局　　单位：万元", "编制单位：青禾区水务局　　单位：万元"),
        ("部门：水务局 单位：万元", "部门：水务局 单位：万元"),
        ("收支总表　　　　　　单位万元", "收支总表　　　　　　单位万元"),
    ],
)
def test_which_blanks_go(written: str, read: str) -> None:
    report = build_report(f"{written}\n一、收支情况\n".encode(), name="copy.txt")
    assert report.paragraphs[0].text == read


def test_every_character_keeps_its_place_in_the_file() -> None:
    text = "2024年度支 出 合 计1,464.43万元，比 上 年增加29.77万元。\n"
    report = build_report(text.encode(), name="copy.txt")
    amounts = [fact for fact in report.facts if fact.unit == "CNY"]
    assert [text[fact.place.start : fact.place.end] for fact in amounts] == ["1,464.43万元", "29.77万元"]
