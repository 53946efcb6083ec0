"""The words of a header or a line's label → the dimensions that they fix.

One reading for columns and rows: what remains after the year, the phase and the money's source have been taken out of the
words is looked up in the taxonomy. Words that fix nothing (合计, 金额, 项目) give an empty mapping.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.taxonomy.concepts import vocabulary

Dimensions = dict[str, str]
"""A subset of: concept fund nature function economy item phase year measure unit base."""

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)年?度?")
_UNIT = re.compile(r"\((?:单位[:：])?([^()]{1,4})\)$|[:：]([万千百亿]*元)$")
_ASIDE = re.compile(
    r"\((?:[^()]*?(?:单位|含|按|不|填|类|款|项|元|%|合计|辆|人|个|次|级|[一二三四]|\d)[^()]*)\)|其中[:：]?|^[减加][:：]"
)
_NUMBERING = re.compile(
    r"^(?:其中[:：]?)?(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)|\d{1,2}[.、)](?:(?!\d)|(?=20\d\d年))|[①-⑳])"
)
TOTALS = frozenset(
    {
        *("合计", "总计", "小计", "共计", "总额", "合计数", "总计数", "本年合计", "金额", "项目", "数额"),
        *("总金额", "金额合计", "资金总额", "资金合计", "年度资金总额"),
    }
)
"""Words for a whole that do not say a whole of what."""

_PHASES = (
    (re.compile(r"调整后?预算数?|全年预算数?|调整预算数?|调整数|年度预算数"), "full_year"),
    (re.compile(r"预计执行数?|执行数|执行情况|预计完成数?|完成数|执行"), "execution"),
    (re.compile(r"决算数?|实际支出数?|实际发生数"), "final"),
    (re.compile(r"年初预算数?|年初部门预算数?|批复数|预算数|预算安排数?|预算金额|申报数|预算"), "initial"),
)
_MEASURES = (
    (re.compile(r"占.*(?:比|%)|比重|占比|构成比"), "share"),
    (re.compile(r"(?:增减|增长|变动|变化|同比|比上年).*(?:%|率|幅|百分|比例)|增幅|增长率|增减\(?%\)?"), "growth"),
    (re.compile(r"增减|变动|增加额|增长额|比上年(?:增|减)|差额|差异"), "change"),
    (re.compile(r"执行率|完成率|完成.*(?:%|百分|比例)|预算执行进度|支出进度|为预算的?%"), "completion"),
)
_COMPARED = re.compile(r"(?:比|较|同比)(.*)$")
_BASES = (
    (re.compile("执行|完成"), "last_year_execution"),
    (re.compile("决算"), "last_year_final"),
    (re.compile("年初预算"), "initial"),
    (re.compile("预算"), "last_year_budget"),
)
_BALANCES = (
    (re.compile(r"^(?:使用)?(?:上年|年初|以前年度).*结"), "opening_balance"),
    (re.compile(r"^(?:年末|年终|下年|结转下年|结转至下年).*[结转]"), "closing_balance"),
)
_COUNTS = {
    "团组数": ("three_public.abroad", "团组"),
    "团组": ("three_public.abroad", "团组"),
    "因公出国境团组": ("three_public.abroad", "团组"),
    "出国人次": ("three_public.abroad", "人次"),
    "因公出国境人次": ("three_public.abroad", "人次"),
    "公务用车购置数": ("three_public.vehicle_purchase", "购置数"),
    "购置数": ("three_public.vehicle_purchase", "购置数"),
    "公务用车保有量": ("three_public.vehicles", "保有量"),
    "保有量": ("three_public.vehicles", "保有量"),
    "国内公务接待批次": ("three_public.reception", "批次"),
    "公务接待批次": ("three_public.reception", "批次"),
    "接待批次": ("three_public.reception", "批次"),
    "国内公务接待人次": ("three_public.reception", "人次"),
    "公务接待人次": ("three_public.reception", "人次"),
    "接待人次": ("three_public.reception", "人次"),
}
_COUNTED = frozenset(("个", "人", "辆", "批", "次", "人次", "批次", "台", "套"))
_SUFFIXES = ("财政拨款收入", "拨款收入", "收入", "拨款", "资金", "安排", "支出", "预算")


def plain_words(words: str) -> str:
    """Squeezed words without numbering, asides (``（万元）``, ``其中：``), code and year."""
    stripped = _NUMBERING.sub("", words)
    stripped = _YEAR.sub("", _ASIDE.sub("", stripped))
    return _NUMBERING.sub("", stripped.strip("、:：.-"))


@lru_cache(maxsize=8192)
def _meaning(words: str) -> tuple[tuple[str, str], ...]:
    found: Dimensions = {}
    year = _YEAR.search(words)
    if year:
        found["year"] = year[1]
    elif re.search(r"上年度?(?!结转|结余)|上一年|去年", words):
        found["year"] = "previous"
    unit = _UNIT.search(words)
    if unit:
        found["unit"] = unit[1] or unit[2]
    if plain_words(words) not in _words("concepts"):
        for pattern, measure in _MEASURES:
            if pattern.search(words):
                found["measure"] = measure
                break
    if found.get("measure") in ("change", "growth"):
        compared = _COMPARED.search(words)
        if compared:  # 2024年预算数比2023年执行数: what stands behind 比 is the base, not what is measured
            found["base"] = next((base for pattern, base in _BASES if pattern.search(compared[1])), "last_year")
            found.pop("year", None)
            words = words[: compared.start()]
    core = plain_words(words).replace("上年度", "", 1) if "结" not in words else plain_words(words)
    core = re.sub(r"^(?:上年|去年|本年度)(?!结|度?收|度?支)", "", core)
    found.update(_subject(core, found))
    return tuple(found.items())


def meaning(words: str) -> Dimensions:
    """The dimensions that squeezed words fix. ``year`` is a year or ``previous``; ``unit`` a unit in parentheses."""
    return dict(_meaning(words))


def _subject(core: str, known: Dimensions) -> Dimensions:
    """Concept, fund, nature and phase of plain words."""
    found: Dimensions = {}
    concepts, funds, natures = _words("concepts"), _words("funds"), _words("natures")
    if core in TOTALS or not core:
        return found
    counted = _COUNTS.get(core) or _COUNTS.get(re.sub(r"[()]", "", core).removesuffix("数"))
    if counted is not None:
        concept, item = counted
        return {"concept": concept, "item": item, "measure": "count"}
    if known.get("unit") in _COUNTED and not known.get("measure"):
        part = _longest(concepts, core)
        return {"concept": concepts[part] if part else "other", "item": core, "measure": "count"}
    for axis, table in (("concept", concepts), ("nature", natures), ("fund", funds)):
        if core in table:
            return {axis: table[core]}
    rest = core
    fund = _longest(funds, rest)
    if fund and _is_source(fund, rest):
        found["fund"] = funds[fund]
        rest = rest.replace(fund, "", 1)
    for pattern, phase in _PHASES:
        if pattern.search(rest) and not rest.endswith(("预算支出表",)):
            found["phase"] = phase
            rest = pattern.sub("", rest)
            break
    for spelling in (rest, rest.removeprefix("本年"), rest.removesuffix("数"), rest.strip("和、(:")):
        for axis, table in (("concept", concepts), ("nature", natures)):
            if axis not in found and spelling in table:
                found[axis] = table[spelling]
                return found
    for pattern, concept in _BALANCES:
        if pattern.search(rest):
            return {**found, "concept": concept}
    part = _longest(concepts, rest)
    if part and len(part) >= 4 and len(part) * 2 > len(rest) and rest.startswith(part):
        found["concept"] = concepts[part]
        rest = rest.replace(part, "", 1)
    part = _longest(natures, rest)
    if part:
        found["nature"] = natures[part]
    return found


def _is_source(fund: str, words: str) -> bool:
    """Whether a fund's words stand for the source of money and are not just part of another name (非财政拨款结余)."""
    at = words.find(fund)
    if at > 0 and words[at - 1] == "非":
        return False
    return len(fund) > 4 or at == 0 or "结转" in words or words.endswith(fund) or words.startswith("本年")


def _longest(table: dict[str, str], words: str) -> str | None:
    return max((word for word in table if word in words), key=len, default=None)


@lru_cache(maxsize=4)
def _words(axis: str) -> dict[str, str]:
    known = {plain_words(word) or word: key for word, key in vocabulary().words(axis).items() if word not in TOTALS}
    known |= {word: key for word, key in vocabulary().words(axis).items() if word not in TOTALS}
    if axis == "funds":
        for word, key in list(known.items()):
            for suffix in _SUFFIXES:
                known.setdefault(word.removesuffix("收入") + suffix if suffix.endswith("收入") else word + suffix, key)
    return known
