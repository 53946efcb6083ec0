"""What the titles of its sections say of a sentence: whose money, what kind of spending, what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.taxonomy.concepts import squeeze
from services.parser.narrative.subjects import SELF_FUNDED, Setting

_CONCEPTS = (
    (re.compile(r"三公"), "three_public"),
    (re.compile(r"因公出国"), "three_public.abroad"),
    (re.compile(r"公务用车"), "three_public.vehicles"),
    (re.compile(r"公务接待"), "three_public.reception"),
    (re.compile(r"机关运行"), "agency_operating"),
    (re.compile(r"购买服务"), "service_purchase"),
    (re.compile(r"政府采购"), "procurement"),
    (re.compile(r"国有资产|资产占[用有]|资产情况"), "asset"),
    (re.compile(r"绩效"), "performance"),
    (re.compile(r"项目(?:经费|情况|支出情况)"), "project"),
    (re.compile(r"人员(?:构成|情况|编制)|机构(?:设置|情况|人员)|编制情况"), "staff"),
    (re.compile(r"名词解释|主要职[能责]|概况"), "other"),
)
_FUNDS = (
    (re.compile(r"政府性基金"), "gov_fund"),
    (re.compile(r"国有资本"), "state_capital"),
    (re.compile(r"一般公共预算|公共预算财政拨款"), "general"),
    (re.compile(r"财政拨款"), "fiscal"),
)
_NARROWER = frozenset(("general", "gov_fund", "state_capital"))
_NATURES = ((re.compile(r"基本支出"), "basic"), (re.compile(r"人员经费"), "personnel"), (re.compile(r"公用经费"), "operating"))


def setting_of(titles: Sequence[str], setting: Setting) -> Setting:
    """The setting of a section, its titles from the outermost in; an inner title says more than an outer one."""
    for title in titles:
        words = squeeze(title)
        concept = next((concept for pattern, concept in _CONCEPTS if pattern.search(words)), None)
        if concept is not None:
            setting = replace(setting, concept=concept, fund="all", nature="total")
            continue
        if setting.concept is not None and setting.concept.split(".")[0] in SELF_FUNDED:
            continue
        fund = next((fund for pattern, fund in _FUNDS if pattern.search(words)), None)
        if fund is not None and not (fund == "fiscal" and setting.fund in _NARROWER):
            setting = replace(setting, fund=fund)
        nature = next((nature for pattern, nature in _NATURES if pattern.search(words)), None)
        if nature is not None:
            setting = replace(setting, nature="basic", concept="expenditure")
        elif "当年拨款" in words or ("支出" in words and "收入" not in words and "收支" not in words):
            setting = replace(setting, concept="expenditure")
        elif "收入" in words and "支出" not in words:
            setting = replace(setting, concept="income")
    return setting
