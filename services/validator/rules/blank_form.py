"""An official form that nobody has filled in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from schemas.deferred import deferred
from schemas.validation import Category, Severity, Text
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View

_MARKS = "XxＸｘ×✕_＿…*＊○〇△"
_HOLE = deferred(
    rf"[{_MARKS}][{_MARKS}]+\s*(?:万?元|%|％|个|人|辆|次|批|台|平方米|年|局|部门|单位|委)"
    r"|(?:占|增长|下降|增加|减少|为|支出|收入|费|计|数)\s*(?:万元|%|％)(?![一-鿿])"
)
_UNITS = "元%％"
_FIGURE = deferred(r"\d(?<!\d\d)[\d,]*(?:\.\d+)?\s*(?:万元|亿元|元|%|％)")
_MANY = 12
_MOST_QUOTES = 60


def _example(filled: bool) -> Draft:
    draft = Draft(issuer=None, year=None)
    for _ in range(_MANY):
        draft.paragraph("收入12.00万元，比上年增长3.00%。" if filled else "收入XX万元，比上年增加（减少）XX%。")
    return draft


BLANK_FORM = "document.blank-form"


@rule(
    BLANK_FORM,
    severity=Severity.WARNING,
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="公开的是未填写的空白样表", en="the document is a blank form that was not filled in"),
    basis="财预〔2016〕143号：公开内容应真实、完整",
    passing=lambda: _example(True).report(),
    failing=lambda: _example(False).report(),
)
def blank_form(view: View) -> Iterator[Finding]:
    """Nearly every number of the text is a placeholder (XX万元, XX%): this is the official form itself, or a document that was
    published unfilled. It is one finding; no other rule is run on it.
    """
    if not is_blank(view):
        return
    holes = list(view.search(_HOLE))
    yield Finding(
        subject="blank form",
        message=Text(
            zh=f"文中有{len(holes)}处数字或名称仍为占位符，几乎没有实际数字：这是一份未填写的样表。",
            en=f"{len(holes)} numbers or names are placeholders and there are hardly any figures: a form that was not filled in.",
        ),
        evidence=tuple(view.around(index, *match.span()) for index, match in holes[:_MOST_QUOTES]),
    )


def is_blank(view: View) -> bool:
    """Whether the report is an unfilled form: many placeholders, and several for every real figure."""
    return view.once(_is_blank)


def _is_blank(view: View) -> bool:
    # no more holes than marks and units: in a document that is filled in, too few to count them
    most = sum(map(view.text.count, _MARKS)) // 2 + sum(map(view.text.count, _UNITS))
    if most < _MANY:
        return False
    figures = sum(1 for _ in islice(view.search(_FIGURE), most // 3 + 1))
    if most <= 3 * figures:
        return False
    holes = sum(1 for _ in view.search(_HOLE))
    return holes >= _MANY and holes > 3 * figures
