"""Bytes → Report: the parts put together, annexes joined, the report's id, and how well it was read."""

from __future__ import annotations

import pytest

from schemas.ids import document_id
from schemas.report import Report
from services.parser.layout import Unreadable
from services.parser.report import build_report

TEXT = """青山县水务局2022年度部门决算

第一部分 青山县水务局概况

一、主要职责

负责全县水务工作，并组织实施。

第二部分 2022年度部门决算表

收入支出决算总表

单位：万元

收入\t\t支出\t
项目\t决算数\t项目\t决算数
一、一般公共预算财政拨款收入\t500.00\t一、农林水支出\t480.00
本年收入合计\t500.00\t本年支出合计\t480.00
年初结转和结余\t\t年末结转和结余\t20.00
总计\t500.00\t总计\t500.00

第三部分 2022年度部门决算情况说明

一、收入支出决算总体情况说明

2022年度收、支总计500.00万元。与2021年相比，收、支总计各增加100.00万元，增长25.00%。

第四部分 名词解释

一、基本支出：指为保障机构正常运转而发生的支出。
"""


def build(text: str = TEXT, **about: str) -> Report:
    return build_report(text.encode(), name="决算.txt", **about)  # type: ignore[arg-type]


def test_a_report_holds_identity_outline_tables_facts_and_claims() -> None:
    report = build(url="https://example.org/1.txt", source="qingshan")
    assert report.identity.issuer == "青山县水务局"
    assert report.document == document_id(TEXT.encode())
    assert [section.number for section in report.outline if section.level == 1 and section.number] == [
        "第一部分", "第二部分", "第三部分", "第四部分",
    ]  # fmt: skip
    assert [table.kind for table in report.tables] == ["income_expenditure"]
    assert {fact.source for fact in report.facts} == {"table", "narrative"}
    assert len({fact.id for fact in report.facts}) == len(report.facts)
    assert {claim.kind.value for claim in report.claims} == {"value", "change"}
    assert (report.reading.narrative_numbers, report.reading.narrative_numbers_bound) == (3, 3)
    assert report.reading.table_numbers == report.reading.table_numbers_bound == 7


def test_the_text_and_the_table_state_the_same_fact_in_the_same_words() -> None:
    report = build()
    said, tabled = (
        {
            (fact.concept, fact.measure, fact.fund, fact.nature, fact.function, fact.item, fact.phase, fact.year)
            for fact in report.facts
            if fact.source == source
        }
        for source in ("narrative", "table")
    )
    assert {key[0] for key in said & tabled} == {"income_total", "expenditure_total"}


def test_every_place_of_a_text_is_exact() -> None:
    report = build()
    for fact in report.facts:
        assert TEXT[fact.place.start : fact.place.end] == fact.text
    for paragraph in report.paragraphs:
        assert TEXT[paragraph.place.start : paragraph.place.end] == paragraph.text


def test_a_report_keeps_its_id_when_it_is_published_again_and_changes_its_document() -> None:
    first, second = build(), build(TEXT.replace("480.00", "479.00"))
    assert first.report_id == second.report_id
    assert first.document != second.document


def test_two_unknown_documents_never_become_one() -> None:
    first, second = build("收入1.00万元。"), build("收入2.00万元。")
    assert first.report_id != second.report_id


def test_a_report_survives_the_wire() -> None:
    report = build()
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_annexes_are_part_of_the_report_and_their_offsets_are_not_of_the_main_text() -> None:
    head, tables = TEXT.split("第二部分")[0], TEXT.split("第二部分")[1]
    report = build_report(head.encode(), annexes=[("附表.txt", tables.encode()), ("图.bin", b"\0\1\2" * 99)])
    assert [table.kind for table in report.tables] == ["income_expenditure"]
    assert {fact.place.start for fact in report.facts} == {None}
    assert report.document == document_id(head.encode())
    assert len(report.reading.warnings) == 1 and "图.bin" in report.reading.warnings[0]


def test_bytes_that_are_no_document_are_refused_with_a_reason() -> None:
    with pytest.raises(Unreadable, match=r"nothing|empty"):
        build("")
