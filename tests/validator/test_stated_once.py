"""Numbers that a document states once: what they are held against, and what is left alone."""

from __future__ import annotations

from schemas.report import Measure, Report
from services.validator.check import check
from services.validator.samples import Draft


def _rules(report: Report) -> list[str]:
    return sorted(item.rule for item in check(report).discrepancies if not item.rule.startswith("duty"))


def _offices(names: str, count: str = "4") -> Report:
    draft = Draft().paragraph(f"内设{count}个科室，分别为：{names}。")
    draft.number(count, "个", "staff", item="内设", measure=Measure.COUNT)
    return draft.report()


def test_an_office_may_be_named_with_two_words_or_end_as_no_office_does() -> None:
    for names in (
        "办公室、财务科、规划和建设科、业务科",
        "办公室、机关党委、财务科和业务科",
        "办公室（党委办公室）、规划、建设科、业务科",
    ):
        assert _rules(_offices(names)) == []
    assert _rules(_offices("办公室、财务科、业务科", "5")) == ["staff.offices"]


def test_bodies_that_were_guided_are_not_the_bodies_of_the_department() -> None:
    draft = Draft().paragraph("部门决算由本级决算和2个下属单位决算组成。")
    draft.number("2", "个", "staff", item="下属单位", measure=Measure.COUNT)
    draft.paragraph("全年指导下属12个单位开展工作。")
    draft.number("12", "个", "staff", item="下属单位", measure=Measure.COUNT)
    assert _rules(draft.report()) == []


def test_a_reception_that_cost_nothing_may_have_had_no_visitors() -> None:
    draft = Draft().paragraph("公务接待费0.00万元，国内公务接待0批次、0人次。")
    draft.number("0.00", "万元", "three_public.reception")
    for text, item in (("0", "批次"), ("0", "人次")):
        at = draft.report().paragraphs[-1].text.count("0", 0, draft.report().paragraphs[-1].text.index(item) - 1)
        draft.number(text, item, "three_public.reception", item=item, measure=Measure.COUNT, occurrence=at)
    result = check(draft.report())
    assert _rules(draft.report()) == []
    assert result.validation.coverage.narrative_numbers_checked == 3


def test_two_projects_told_in_the_same_words_may_have_different_numbers() -> None:
    draft = Draft()
    for name, text in (("甲", "40"), ("乙", "50")):
        draft.paragraph(f"{name}项目绩效自评综述。项目全年共完成标准化改造任务的数量达到{text}处。")
        draft.number(text, "处", "other", item=f"{name}项目/改造任务", measure=Measure.COUNT)
    assert _rules(draft.report()) == []
