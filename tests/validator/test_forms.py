"""The form in which every project is evaluated (财预〔2020〕10号): money at its head, indicators below, one line of totals."""

from __future__ import annotations

import pytest

from schemas.validation import Severity
from services.parser.report import build_report
from services.validator.check import Result, check

_FORM = """<html><body><h1>某市某区档案馆2023年度部门决算</h1><p>项目支出绩效自评表</p><p>（2023年度）</p><table border=1>
<tr><td>项目名称</td><td colspan=7>档案数字化项目</td></tr>
<tr><td rowspan=5>项目资金（万元）</td><td></td><td>年初预算数</td><td>全年预算数</td>
<td>全年执行数</td><td>分值</td><td>执行率</td><td>得分</td></tr>
<tr><td>年度资金总额</td><td>100.00</td><td>90.00</td><td>81.00</td><td>10</td><td>{rate}</td><td>9.00</td></tr>
<tr><td>其中：当年财政拨款</td><td>80.00</td><td>{fiscal}</td><td>61.00</td><td>—</td><td></td><td>—</td></tr>
<tr><td>{second}</td><td>20.00</td><td>20.00</td><td>20.00</td><td>—</td><td></td><td>—</td></tr>
<tr><td>其他资金</td><td>0.00</td><td>0.00</td><td>0.00</td><td>—</td><td></td><td>—</td></tr>
<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td><td>实际完成值</td><td>分值</td><td>得分</td><td>偏差原因</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>数字化卷数</td><td>≥1000卷</td><td>{volumes}卷</td><td>40</td><td>{score}</td><td></td></tr>
<tr><td>产出指标</td><td>质量指标</td><td>验收合格率</td><td>100%</td><td>100%</td><td>20</td><td>20</td><td></td></tr>
<tr><td>满意度指标</td><td>满意度</td><td>群众满意度</td><td>≥90%</td><td>95%</td><td>30</td><td>30</td><td></td></tr>
<tr><td colspan=5>总分</td><td>100</td><td>{total}</td><td></td></tr>
</table></body></html>"""
_SOUND = {
    "rate": "90.00%",
    "fiscal": "70.00",
    "second": "上年结转资金",
    "volumes": "1200",
    "score": "40",
    "total": "99.00",
}


def _check(**changed: str) -> Result:
    return check(build_report(_FORM.format(**{**_SOUND, **changed}).encode(), name="form.html"))


def _found(result: Result, severity: Severity) -> list[str]:
    return sorted(item.rule for item in result.discrepancies if item.rule.startswith("performance") and item.severity is severity)


def test_every_number_of_a_sound_form_is_compared_with_another_and_none_is_wrong() -> None:
    result = _check()
    assert result.validation.coverage.table_numbers_checked == result.validation.coverage.table_numbers == 29
    assert [item.rule for item in result.discrepancies if item.rule.startswith("performance")] == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"rate": "81.00%"}, "performance.form-rate"),
        ({"fiscal": "76.00"}, "performance.form-funds"),
        ({"score": "44"}, "performance.score-weight"),
        ({"total": "96.00"}, "performance.score-total"),
    ],
)
def test_one_wrong_number_is_found(changed: dict[str, str], rule: str) -> None:
    assert rule in _found(_check(**changed), Severity.ERROR)


def test_full_marks_for_less_than_the_target_are_pointed_out() -> None:
    assert _found(_check(volumes="800"), Severity.WARNING) == ["performance.full-score"]
    assert _found(_check(volumes="800", score="32", total="91.00"), Severity.WARNING) == []


def test_a_source_that_may_be_a_part_of_another_is_not_added_to_it() -> None:
    result = _check(second="其中：省级财政资金")
    assert _found(result, Severity.ERROR) == []
