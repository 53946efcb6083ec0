"""Scores of a performance form, line by line, against their weights and against what was achieved."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.validation import Category, Severity, Text
from services.validator.forms import forms, line_evidence, numbers, printed, proof
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.tables import title
from services.validator.view import View

_BASIS = "《项目支出绩效评价管理办法》（财预〔2020〕10号）；绩效自评表填表说明"


def _weighed(score: str, actual: str = "95%") -> Draft:
    heads: list[tuple[str, dict[str, str]]] = [
        ("三级指标", {}),
        ("年度指标值", {}),
        ("实际完成值", {}),
        ("分值", {}),
        ("得分", {}),
    ]
    draft = Draft().table(
        "project_performance_review", heads, [("", "满意度", "", "≥90%", actual, "30", score)], concept="performance"
    )
    return draft.rewrite(0, {(1, 2): "群众满意度", (1, 3): "≥90%", (1, 4): actual})


@rule(
    "performance.score-weight",
    category=Category.TABLE_ARITHMETIC,
    title=Text(zh="得分不应大于分值", en="a score is not more than its weight"),
    basis=_BASIS,
    passing=lambda: _weighed("30").report(),
    failing=lambda: _weighed("33").report(),
)
def score_weight(view: View) -> Iterator[Finding | Passed]:
    """No indicator of a performance form scores more than its weight (分值), nor the form more than the total of the weights."""
    for form in forms(view):
        for line in (*form.indicators, *((form.total,) if form.total is not None else ())):
            score, weight = line.figures.get("score"), line.figures.get("weight")
            if score is None or weight is None or score.percent or weight.percent:
                continue
            facts = numbers((score.cell, weight.cell))
            subject = f"{title(form.table)}: {line.name or line.row} weight"
            if not score.span.above(weight.span):
                yield Passed(subject, facts)
                continue
            yield Finding(
                subject=subject,
                stated=printed(score),
                expected=f"≤{printed(weight)}",
                message=Text(
                    zh=f"得分{printed(score)}大于分值{printed(weight)}。",
                    en=f"a score of {printed(score)} out of {printed(weight)}.",
                ),
                evidence=(proof(form.table, score.cell), proof(form.table, weight.cell)),
                facts=facts,
            )


_LESS_IS_BETTER = deferred(
    "空置|发案|死亡|上访|舆情|缺陷|返工|拖欠|隐患|成本|费用|费|时间|时长|时限|天数|周期|投诉|事故|差错|逾期|下降|降低|减少|控制|偏差|风险|能耗|排放|率≤|≤|<|＜|不超过"
)


@rule(
    "performance.full-score",
    category=Category.TABLE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(zh="未达指标值不应得满分", en="what falls short of its target has no full score"),
    basis=_BASIS,
    passing=lambda: _weighed("30").report(),
    failing=lambda: _weighed("30", "85%").report(),
)
def full_score(view: View) -> Iterator[Finding | Passed]:
    """定量指标完成指标值的得满分，未完成的按完成比例计分: an indicator whose actual value falls short of its target (of the same
    unit, and one of which more is better) does not have all of its weight. Costs, times and whatever is to be kept low are
    left alone.
    """
    for form in forms(view):
        for line in form.indicators:
            if not {"target", "actual", "weight", "score"} <= line.figures.keys() or _LESS_IS_BETTER.search(line.name):
                continue
            target, actual, weight, score = (line.figures[head] for head in ("target", "actual", "weight", "score"))
            if target.percent != actual.percent or target.value <= 0 or _LESS_IS_BETTER.search(target.cell.text):
                continue
            facts = numbers(figure.cell for figure in (target, actual, weight, score))
            subject = f"{title(form.table)}: {line.name or line.row} full score"
            if not (target.span.above(actual.span) and score.value == weight.value and weight.value):
                yield Passed(subject, facts)
                continue
            yield Finding(
                subject=subject,
                stated=printed(score),
                message=Text(
                    zh=f"“{line.name.strip()}”实际{printed(actual)}，未达{printed(target)}，却得满分{printed(weight)}。",
                    en=f"{printed(actual)} falls short of {printed(target)}, yet scores all of {printed(weight)}.",
                ),
                evidence=(line_evidence(view, form.table, line), proof(form.table, score.cell)),
                facts=facts,
            )


_UNWEIGHTED = deferred("不设(?:置)?(?:权重|分值)|不计(?:权重|分值|分)(?!数)|只扣分不加分|负数记分")


def _constraint(weight: str) -> Draft:
    heads: list[tuple[str, dict[str, str]]] = [("三级指标", {}), ("评分标准", {}), ("分值", {}), ("得分", {})]
    draft = Draft().table("project_performance_review", heads, [("", "约束", "", "", weight, weight)], concept="performance")
    return draft.rewrite(0, {(1, 2): "资金管理合规性", (1, 3): "不设权重，酌情扣分"})


@rule(
    "performance.unweighted",
    category=Category.TABLE_ARITHMETIC,
    severity=Severity.WARNING,
    title=Text(zh="不设权重的约束性指标不应有分值和得分", en="an indicator without weight by its own rule has no points"),
    basis=_BASIS,
    passing=lambda: _constraint("0").report(),
    failing=lambda: _constraint("10").report(),
)
def unweighted(view: View) -> Iterator[Finding | Passed]:
    """A constraint (约束性指标) only takes points off: where its own rule says that it has no weight (不设权重，酌情扣分), it has
    neither a weight nor points."""
    for form in forms(view):
        for line in form.indicators:
            figures = [line.figures[head] for head in ("weight", "score") if head in line.figures]
            if not figures or not _UNWEIGHTED.search(line.how):
                continue
            facts = numbers(figure.cell for figure in figures)
            subject = f"{title(form.table)}: {line.name or line.row} unweighted"
            if all(figure.value <= 0 for figure in figures):
                yield Passed(subject, facts)
                continue
            yield Finding(
                subject=subject,
                stated="、".join(printed(figure) for figure in figures),
                message=Text(
                    zh=f"“{line.name.strip()}”的评分标准为“{line.how.strip()[:40]}”，却有分值或得分。",
                    en=f"{line.name.strip()} has no weight by its own rule, and yet points.",
                ),
                evidence=(line_evidence(view, form.table, line), *(proof(form.table, figure.cell) for figure in figures)),
                facts=facts,
            )
