"""Reasons for being larger, smaller or equal that say the opposite; 持平 with a rate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import Report
from schemas.validation import Category, Text
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：收支增减变化应说明原因"
_MONEY = "经费|支出|费用|费|资金|投入|开支|预算|工资|补贴|补助"
_RISE = deferred(
    rf"(?:{_MONEY}|人员|人数|项目|任务|业务量?)(?:相应|有所|略有|也|随之|较多)?(?:增加|增长|增多|上升)$|^(?:年中|年内)?(?:追加|新增|增加)|调标|增资|提标|晋级|晋升"
)
_FALL = deferred(
    rf"(?:{_MONEY}|人员|人数|项目|任务|业务量?)(?:相应|有所|略有|也|随之)?(?:减少|下降|降低|缩减|压减)$|^(?:年中|年内)?(?:压减|压缩|削减|缩减|核减|减少)|厉行节约"
)
_TELLING = deferred(
    rf"(?:{_MONEY})(?:相应|有所|略有|也|随之)?(?:增加|增长|减少|下降|降低)$|^(?:年中)?(?:压减|压缩|削减|缩减|追加|增加)[^,]{{0,8}}(?:{_MONEY})$"
)
_ELSEWHERE = deferred(
    "上年|去年|以前|往年|年初|年末|结转|结余|一次性|基数|收入|调整|预算编制|编制预算|编报|专户|自筹|缴|退休|调出|划转|改列|转列|科目|口径|原|减税|超|不足|不再|未|但|同时|另|其中|政策|单价|补缴|清算"
)
_STAFF = "(?:在职|在编|编制内|编外|聘用|新增|本单位|本年|当年|年内|年中|机构改革|单位)*(?:人员|人数|职工|干部)"
_CAME = deferred(rf"(?:由于|因)?(?:{_STAFF}(?:有所)?(?:增加|增多|调入|划入|转入)|新(?:进|增|招|招录|录用|聘)人员)(?:\d+[人名])?")
_LEFT = deferred(rf"(?:由于|因)?{_STAFF}(?:有所)?(?:减少|调出|划出|转出|调离|流失)(?:\d+[人名])?")
_JOINED = deferred(
    rf"(?:(?!增|减|压|降|升|缩|追|新)[^,、;和及]){{1,12}}(?:{_MONEY}|奖金)[、和及](?=[^,、;]{{2,}}(?:增|减|下降|上升|降低))"
)
"""办公费、差旅费增加: what moved has several names."""

_SPLIT = deferred("[,、;]|(?:一|二|三|四)是|以及|和|导致|致使|故|因此|所以|使得?")


_NOT_OF_STAFF = deferred("年金|退休|抚恤|死亡|遗属|项目支出|结转|结余|人均|经营|补偿")


def ways(reason: str, of: str = "") -> set[str]:
    """The directions that a reason (folded) tells of, clause by clause; nothing where it tells of something else, too. Staff that
    came or left is a reason by itself, unless ``of`` says that the amount is one that leaving raises, or a project's.

    >>> sorted(ways("人员减少,经费相应减少"))
    ['decrease']
    >>> ways("上年项目完工,支出减少")
    set()
    """
    reason = reason.strip(",、;:。").removesuffix("其中").strip(",")
    if _CAME.fullmatch(reason) or _LEFT.fullmatch(reason):
        return set() if _NOT_OF_STAFF.search(of) else {"increase" if _CAME.fullmatch(reason) else "decrease"}
    if _ELSEWHERE.search(reason):
        return set()
    clauses = [clause for clause in _SPLIT.split(_JOINED.sub("", reason)) if clause]
    found = set()
    for clause in clauses:
        rises, falls = bool(_RISE.search(clause)), bool(_FALL.search(clause))
        if rises == falls:
            return set()
        found.add("increase" if rises else "decrease")
    return found if clauses and any(_TELLING.search(clause) for clause in clauses) else set()


_COMPARED = deferred(
    r"(?P<word>大于|高于|小于|低于|等于|持平|一致|相同)(?:年初|全年|调整后?|当年)?(?:财政拨款)?(?:预算)?数?的?(?:主要)?原因(?:主要)?(?:是|为)?:?(?:主要)?(?:是|为)?:?"
    r"(?P<reason>[^。;\n]{4,60})(?=[。;\n])"
)
_WAY = {"大于": "increase", "高于": "increase", "小于": "decrease", "低于": "decrease"}


def _compared(reason: str) -> Report:
    return Draft().paragraph(f"支出决算数小于年初预算数的主要原因是{reason}。").report()


@rule(
    "text.opposite-comparison",
    category=Category.WORDING_DIRECTION,
    title=Text(
        zh="决算数大于（小于、等于）预算数的原因应与之相符",
        en="the reason for an outturn above or below its budget points that way",
    ),
    basis=BASIS,
    passing=lambda: _compared("厉行节约，经费支出减少"),
    failing=lambda: _compared("年中追加项目，经费支出增加"),
)
def opposite_comparison(view: View) -> Iterator[Finding | Passed]:
    """决算数小于预算数的主要原因是年中追加项目，支出增加: every clause of the reason tells of more, and the outturn is less. And
    an outturn that is what was budgeted (等于, 持平) did not rise or fall. A reason that tells of anything else as well is not
    judged.
    """
    text = prose(view)
    for _, match in text.search(_COMPARED, marks=("原因",)):
        said = ways(match["reason"], text.text[slice(*text.sentence(*match.span()))])
        meant = _WAY.get(match["word"])
        if not said or said == {meant}:
            if said:
                yield Passed(gist(match["reason"]))
            continue
        if len(said) > 1 or (re.search("全年|调整", match[0]) and re.search("追加|预算", match["reason"])):
            continue  # what was added in the year is part of the adjusted budget, and may come too late to be spent
        begin, end = text.sentence(*match.span())
        yield Finding(
            subject=gist(text.text[begin:end]) + match["word"],
            message=Text(
                zh=f"决算数{match['word']}预算数，原因却写“{match['reason']}”。",
                en=f"The outturn is said to be {match['word']} the budget; the reason says the opposite.",
            ),
            evidence=(text.evidence(view, *match.span()), text.evidence(view, begin, end)),
            stated=match["reason"],
        )


_SAME = deferred(
    r"(?P<same>基本持平|持平|保持不变|不变|无变化|无增减变化|一致)[,、](?P<rate>(?:增长|下降|降低|上升|减少|增加)(?:了|约)?(?P<value>\d[\d.]*)%)"
    r"(?=[。;,)(\n]|$)"
)
_NO_AMOUNT = deferred("口径|结构|人[数员]|编制|规模|范围|标准|格式|政策|任务|数量|基本不变")
_CLAUSE = 30  # characters before 持平 in which its clause begins
_NEARLY, _ABOUT = 0.5, 5
"""Percent that 持平 and 基本持平 may move."""


@rule(
    "text.unchanged-rate",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="称持平却有增减率", en="said to be unchanged, with a rate of change"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("支出10.00万元，与上年持平，增长0%。").report(),
    failing=lambda: Draft().paragraph("支出10.00万元，与上年持平，增长5.20%。").report(),
)
def unchanged_rate(view: View) -> Iterator[Finding]:
    """与上年持平，增长5.20%: one of the two is wrong. 持平 with less than half a percent is right, 基本持平 with less than five.
    What else is unchanged (人数, 口径 …) is not judged.
    """
    text = prose(view)
    for _, match in text.search(_SAME, marks=("持平", "不变", "变化", "一致")):
        value = float(match["value"].rstrip(".") or 0)
        clause = re.split("[。;,\\n]", text.text[max(0, match.start() - _CLAUSE) : match.start()])[-1] + match["same"]
        if value >= (_ABOUT if "基本" in match["same"] else _NEARLY) and not _NO_AMOUNT.search(clause):
            begin, end = text.sentence(*match.span())
            yield Finding(
                subject=gist(text.text[begin:end]),
                message=Text(
                    zh=f"称“{match['same']}”，又称“{match['rate']}”。",
                    en=f"Said to be unchanged, and to change by {match['value']} %.",
                ),
                evidence=(text.evidence(view, *match.span()), text.evidence(view, begin, end)),
                stated=match["same"],
            )
