"""The marks （类）, （款）, （项） after the names of codes: each once, from the widest to the narrowest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.validation import Category, Severity, Text
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View

_MARK = re.compile(r"[(](类|款|项)[)]")
_NAME = re.compile(r"[-—_/]?[^(),。;:\n\d、]{2,40}(?:[(][^()类款项]{1,8}[)][^(),。;:\n\d、]{0,30})?[(](类|款|项)[)]")
_DEPTH = {"类": 1, "款": 2, "项": 3}


@rule(
    "text.level-marks",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="类、款、项标注错位", en="the marks of class, section and item out of order"),
    basis="政府收支分类科目",
    passing=lambda: Draft().paragraph("住房保障支出（类）住房改革支出（款）住房公积金（项）1.00万元。").report(),
    failing=lambda: Draft().paragraph("住房保障支出（类）住房改革支出（款）住房公积金（款）1.00万元。").report(),
)
def level_marks(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """住房保障支出（类）住房改革支出（款）住房公积金（项）: of names in a row each is marked with a narrower level than the one
    before. The same mark twice, or a wider one after a narrower one, is a slip. One finding a document.
    """
    text = prose(view)
    slips: list[tuple[int, int]] = []
    seen = False
    for _, match in text.search(_MARK, marks=("(款)",)):
        seen = True
        following = _NAME.match(text.text, match.end())
        if following is None:
            continue
        before, after = _DEPTH[match[1]], _DEPTH[following[1]]
        if after <= before and after != 1:
            slips.append((match.start(), following.end()))
    if not seen:
        yield NotApplicable("no names of sections")
    elif not slips:
        yield Passed("类款项")
    else:
        shown = text.text[slice(*slips[0])]
        yield Finding(
            subject="类款项",
            message=Text(
                zh=f"类、款、项标注错位：“{shown}”等{len(slips)}处。",
                en=f"The marks of levels are out of order in {len(slips)} place(s).",
            ),
            evidence=text.sentences(view, slips),
            stated=shown,
        )
