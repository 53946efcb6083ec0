"""Whose money a number of the text is, where its sentence says that it is not the whole document's."""

from __future__ import annotations

import re

from schemas.report import Fact, Scope
from services.validator.view import View

_SAID = re.compile(
    "(?P<own>(?:[局委厅部院办会校]|部门|单位|机关)本级|[局委厅院办](?:机关|本部)(?!运行|事业|服务))"
    "|(?P<below>下属|所属|二级单位)|(?P<basic>基本支出中)|(?P<project>项目支出中)"
)
_STOP = re.compile("。")
_BOTH = re.compile("[和及与、]")
_REACH = 200  # characters before the number in which its scope is named
_NEAR = 8


def sentence_before(view: View, fact: Fact) -> str:
    """What the sentence says before a number of the text, as far as it says whose the number is."""
    return view.clause_before(fact, _STOP, _REACH)


def scope(view: View, fact: Fact) -> str | None:
    """``own`` for the money of a department's own office (局机关, 局本级), ``below`` for that of the units beside it
    (局机关…，下属单位…); ``basic`` and ``project`` after 基本支出中, 项目支出中. None where the sentence names none of these, or
    all of a department (局本级及所属单位, 本部门下属3家单位的). In a unit's own document its office is all there is.
    """
    found = list(_SAID.finditer(sentence_before(view, fact)))
    if not found:
        return None
    last = found[-1]
    if last.lastgroup == "below":
        own = next((each for each in reversed(found) if each.lastgroup == "own"), None)
        between = "" if own is None else last.string[own.end() : last.start()]
        if own is None or (len(between) < _NEAR and _BOTH.search(between)):
            return None
    if last.lastgroup == "own" and view.identity.scope is not Scope.DEPARTMENT:
        return None
    return last.lastgroup


_UNITS = re.compile(r"(?<![及和与含、])(?:下属|所属|二级)|\d+个[^，,。；;]{0,8}单位")


def of_units(words: str) -> bool:
    """Whether words speak of units under the body, not of all of it.

    >>> of_units("组织对2个单位开展"), of_units("组织对下属中心开展"), of_units("组织对本级及所属单位开展")
    (True, True, False)
    """
    return _UNITS.search(words) is not None
