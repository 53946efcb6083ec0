"""Performance forms: scores that add up, deviations by the form's own formula, deductions by the line's own rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.validation import Category, Severity, Text
from services.validator.forms import Form, Indicator, forms, line_evidence, numbers, printed, proof
from services.validator.interval import ZERO, Span
from services.validator.registry import rule
from services.validator.results import Finding, NotChecked, Passed
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）；绩效自评表填表说明"
_TOTAL = deferred(r"(?:总分|自评总分|自评得分|综合得分|总得分)\s*[：:]?\s*(\d+(?:\.\d+)?)\s*分?")
_NEAR = 6
_FORMULA = deferred(r"偏差率\s*[=＝]\s*[（(]\s*(?:实际|全年)[^-－—)）]*[-－—][^)）]*[)）]\s*[/÷／]")
_DEDUCT = deferred(
    r"每(?P<way>减少|降低|低于|少|增加|超出|超过|高于|多)\s*(?P<step>\d+(?:\.\d+)?|一)\s*(?P<unit>%|％|个百分点)?[^扣]{0,8}扣\s*(?P<points>\d+(?:\.\d+)?)\s*分"
)


def _form(score: str, total: str, deviation: str) -> Draft:
    heads: list[tuple[str, dict[str, str]]] = [("分值", {}), ("目标值", {}), ("实际完成值", {}), ("得分", {}), ("偏差率", {})]
    return Draft().paragraph(f"总分：{total}").table(
        "project_performance_review",
        heads,
        [
            ("", "受理件数", "60", "800", "880", "60", deviation),
            ("", "满意度", "40", "90%", "90%", score, "0"),
            ("", "说明：偏差率=(实际完成值-目标值)/目标值"),
        ],
        concept="performance",
    )  # fmt: skip


@rule(
    "performance.score-total",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="绩效自评总分应等于各项得分之和", en="the total of a performance form is the sum of its scores"),
    basis=_BASIS,
    passing=lambda: _form("34", "94", "0.1").report(),
    failing=lambda: _form("34", "96", "0.1").report(),
)
def score_total(view: View) -> Iterator[Finding | Passed | NotChecked]:
    """The scores (得分) of a self-evaluation form add to its total (总分), which stands in the form or in a line next to it.

    The list is complete when its weights (分值) add to 100; otherwise lines are missing or were not read, and nothing is
    concluded.
    """
    for form in forms(view):
        if not {"weight", "score"} <= form.heads:
            continue
        total = _total(view, form)
        scores = [
            indicator.figures["score"]
            for indicator in form.indicators
            if "score" in indicator.figures and "weight" in indicator.figures
        ]
        weights = [indicator.figures["weight"] for indicator in form.indicators if "weight" in indicator.figures]
        if total is None or not scores:
            continue
        if len(scores) != len(weights) or sum((weight.value for weight in weights), ZERO) != 100:
            yield NotChecked("the weights of the lines read do not add to 100", title(form.table))
            continue
        stated, evidence = total
        added = Span(sum((score.span.low for score in scores), ZERO), sum((score.span.high for score in scores), ZERO))
        facts = numbers(score.cell for score in (*scores, *weights))
        centre = sum((score.value for score in scores), ZERO)
        if Span.around(stated, Decimal("0.005")).meets(added) and abs(stated - centre) < 1:
            yield Passed(title(form.table), facts)
            continue
        lost = [score for score, weight in zip(scores, weights, strict=True) if score.value < weight.value]
        sum_ = f"{' + '.join(str(score.value) for score in scores)} = {centre}"
        yield Finding(
            subject=f"{title(form.table)}: total score",
            stated=str(stated),
            expected=str(centre),
            message=Text(
                zh=f"总分{stated}不等于各项得分之和：{sum_}。",
                en=f"the total {stated} is not the sum of the scores: {sum_}.",
            ),
            evidence=(evidence, *(proof(form.table, score.cell) for score in lost[:6])),
            facts=facts,
        )


def _total(view: View, form: Form) -> tuple[Decimal, Evidence] | None:
    """The stated total: in a line of the form, in a cell, else in the nearest paragraph before or after it."""
    table = form.table
    if form.total is not None and "score" in form.total.figures:
        score = form.total.figures["score"]
        return score.value, proof(table, score.cell)
    for cell in table.cells:
        match = _TOTAL.fullmatch("".join(cell.text.split()))
        if match is not None:
            return Decimal(match[1]), proof(table, cell)
    after = range(table.after_paragraph, min(len(view.paragraphs), table.after_paragraph + 2))
    before = range(table.after_paragraph - 1, max(-1, table.after_paragraph - _NEAR), -1)
    for index in (*before, *after):
        match = _TOTAL.match(view.paragraphs[index].text.strip())
        if match is not None:
            start = view.paragraphs[index].text.index(match[0])
            return Decimal(match[1]), view.quote(index, start, start + len(match[0]))
    return None


@rule(
    "performance.deviation",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="指标值偏差率应按表注公式计算", en="a deviation follows the form's own formula"),
    basis=_BASIS,
    passing=lambda: _form("34", "94", "0.1").report(),
    failing=lambda: _form("34", "94", "80").report(),
)
def deviation(view: View) -> Iterator[Finding | Passed]:
    """Where the form prints the formula 偏差率 = (实际完成值 − 目标值) ÷ 目标值, each line's deviation follows it: not the
    difference in points nor in pieces. A deviation whose sign alone was dropped is a warning. Lines whose target and actual
    value are in different units (100% against 100) are left alone.
    """
    for form in forms(view):
        formula = _formula(view, form)
        if "deviation" not in form.heads or formula is None:
            continue
        for indicator in form.indicators:
            yield from _deviation(form, indicator, formula)


def _formula(view: View, form: Form) -> Evidence | None:
    for cell in form.table.cells:
        match = _FORMULA.search(cell.text)
        if match is not None:
            return proof(form.table, cell).model_copy(update={"quote": match[0]})
    near = range(max(0, form.table.after_paragraph - _NEAR), min(len(view.paragraphs), form.table.after_paragraph + _NEAR))
    for index in near:
        match = _FORMULA.search(view.paragraphs[index].text)
        if match is not None:
            return view.quote(index, *match.span())
    return None


def _deviation(form: Form, indicator: Indicator, formula: Evidence) -> Iterator[Finding | Passed]:
    figures = indicator.figures
    target, actual, stated = (figures.get(head) for head in ("target", "actual", "deviation"))
    if target is None or actual is None or stated is None or target.value == 0:
        return
    if target.percent and not actual.percent and actual.value == target.value * 100:
        actual = replace(actual, value=actual.value / 100, half=actual.half / 100)  # 100 for 100%
    elif target.percent != actual.percent:
        return
    expected = (actual.span - target.span).over(target.span)
    if expected is None:
        return
    facts = numbers(item.cell for item in (stated, target, actual))
    subject = f"{title(form.table)}: {indicator.name or indicator.row}"
    exact = (actual.value - target.value) / target.value
    if stated.span.meets(expected) and abs(exact - stated.value) <= stated.half:
        yield Passed(subject, facts)
        return
    rounded = stated.span.meets(expected) and actual.value != target.value
    mirrored = (stated.span * Decimal(-1)).meets(expected)
    shown = f"{exact:.4f}"
    sum_ = f"({printed(actual)} − {printed(target)}) ÷ {printed(target)} = {shown}"
    cause = None
    if stated.span.meets(actual.span - target.span) or stated.span.meets(target.span - actual.span):
        cause = Text(zh="填写的是差额而不是偏差率", en="the difference itself was entered instead of the rate")
    yield Finding(
        subject=subject,
        severity=Severity.ROUNDING if rounded else Severity.WARNING if mirrored else None,
        stated=printed(stated),
        expected=shown,
        cause=cause,
        message=Text(
            zh=f"偏差率{printed(stated)}不符合表注公式：{sum_}{'，正负号遗漏' if mirrored else ''}。",
            en=f"the deviation {printed(stated)} breaks the form's formula: {sum_}{', its sign dropped' if mirrored else ''}.",
        ),
        evidence=(*(proof(form.table, item.cell) for item in (stated, actual, target)), formula),
        facts=facts,
    )


def _deduction_form(score: str) -> Draft:
    heads: list[tuple[str, dict[str, str]]] = [("分值", {}), ("目标值", {}), ("实际完成值", {}), ("得分", {})]
    how = "每减少1%扣0.1分，扣完为止"
    draft = Draft().table(
        "project_performance_review",
        [("评分标准", {}), *heads],
        [
            ("", "回复率", "", "5", "100%", "90%", "4"),
            ("", "满意度", "", "5", "100%", "85%", score),
        ],
        concept="performance",
    )
    return draft.rewrite(0, {(1, 2): how, (2, 2): how})


@rule(
    "performance.deduction",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="得分应符合该行的扣分标准", en="a score follows the deduction that its line prescribes"),
    basis=_BASIS,
    passing=lambda: _deduction_form("3.5").report(),
    failing=lambda: _deduction_form("0").report(),
)
def deduction(view: View) -> Iterator[Finding | Passed]:
    """A line says 每减少 N 扣 M 分: a shortfall of S against the target costs S ÷ N × M points of its weight, but never more than
    the weight. The score may also follow the general rule weight × actual ÷ target. A score that fits neither is wrong.

    It is an error only where another line of the form that fell short does follow its rule; else a warning.
    """
    for form in forms(view):
        judged = [(indicator, expected) for indicator in form.indicators if (expected := _expected(indicator)) is not None]
        followed = [indicator for indicator, expected in judged if indicator.figures["score"].span.meets(expected[0])]
        for indicator, (by_rule, by_share) in judged:
            score = indicator.figures["score"]
            facts = numbers(figure.cell for figure in indicator.figures.values())
            subject = f"{title(form.table)}: {indicator.name or indicator.row} score"
            if score.span.meets(by_rule) or score.span.meets(by_share):
                yield Passed(subject, facts)
                continue
            yield Finding(
                subject=subject,
                severity=None if followed else Severity.WARNING,
                stated=printed(score),
                expected=f"{by_rule.centre:.2f}",
                message=Text(
                    zh=f"得分{printed(score)}不符合“{indicator.how.strip()}”：目标{printed(indicator.figures['target'])}，"
                    f"实际{printed(indicator.figures['actual'])}，应得{by_rule.centre:.2f}分。",
                    en=f"the score {printed(score)} does not follow the line's own deduction: {by_rule.centre:.2f} would.",
                ),
                evidence=(line_evidence(view, form.table, indicator), *(proof(form.table, figure.cell) for figure in (score,))),
                facts=facts,
            )


def _expected(indicator: Indicator) -> tuple[Span, Span] | None:
    """The score by the line's rule and by the share reached, for a line that fell short; None where neither follows."""
    match = _DEDUCT.search(indicator.how)
    figures = indicator.figures
    if match is None or not {"weight", "target", "actual", "score"} <= figures.keys():
        return None
    weight, target, actual = figures["weight"].value, figures["target"], figures["actual"]
    if target.percent != actual.percent or target.value <= 0 or actual.value < 0:
        return None
    less = match["way"] in ("减少", "降低", "低于", "少")
    short = target.value - actual.value if less else actual.value - target.value
    if short <= 0 or not less:
        return None
    step = Decimal(1) if match["step"] == "一" else Decimal(match["step"])
    if target.percent or match["unit"]:
        step = step / 100
    if match["unit"] and not target.percent:
        short = short / target.value
    if step == 0:
        return None
    points = Decimal(match["points"])
    whole = (short / step).quantize(Decimal(1), rounding=ROUND_DOWN)
    low, high = weight - short / step * points, weight - whole * points
    share = weight * actual.value / target.value
    half = Decimal("0.05")
    return Span(max(ZERO, low) - half, max(ZERO, high) + half), Span.around(share, half)
