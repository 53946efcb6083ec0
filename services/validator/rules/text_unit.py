"""Numbers without their unit, and units that do not count the thing counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import Report, Table
from schemas.validation import Category, Severity, Text
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

BASIS = "财预〔2016〕143号：公开内容应当真实、准确"
_END = r"(?=[。;)]|[,、](?!\d[\d,.]*(?:[万亿]?元|%))|\n|$)"  # 各减少1.20,2.30万元: the unit stands after the last
_RATE = deferred(
    r"(?:(?:增长|下降|降低|上升|增幅|降幅|减幅)(?:了|为|约)?|占(?!地|用|百分之)[^,。;:\n\d]{0,20}?(?:的|比为?|比例为?)?|完成[^,。;:\n\d]{0,12}(?:预算|计划|目标)数?的?)"
    rf"(\d[\d,]*\.\d{{1,2}}){_END}"
)
_AMOUNT = deferred(
    rf"(?:费用?|支出|收入|经费|金额|决算数?|预算数?|补助|补贴|结转|结余|总计|合计|[增减](?:加|少)|\(项\))(?:为|共|共计|约|了)?(\d[\d,]*\.\d{{1,2}}){_END}"
)
_BARE = deferred(r"\.\d\d?[。;),、\n]")
_BASE = deferred(
    r"[较比与](?:上年度?|去年|20\d\d年度?)(?:同期|年初)?(?:预算|决算|执行)?数?的?(?P<amount>\d[\d,]*\.\d{1,2})"
    r"(?=,?(?:增加|减少|增长|下降|上升|降低))"
)
_LOST = deferred(
    r"(?:(?:占(?:比|比重)?|增长|下降|上升|增加|减少|降低)(?:了|约|为)?|完成[^,。;:()\d%]{0,10}的|(?:支出|收入|费|经费|总计|合计|决算|预算)数?为?)"
    r"(?:[万亿]元|%)(?=[,。;、]|的原因|$|\n)"
)
_UNIT_ALONE = deferred("[占比重长降升加少低了约为的出入费计算数](?:[万亿]元|%)")
_WAN = deferred(r"([\dX](?<!\d\d)(?:(?<=X)X+|(?<=\d)[\d,]*(?:\.\d+)?))万(?=[,。;、)(（]|\n|$)")
_WAN_ENDS = tuple(f"万{end}" for end in ",。;、)(（\n")
_MONEY = deferred(r"\.\d\d$|X")  # two decimals are money; 12.5万 may be people
_WHOLE = deferred(r"\d(?:\.\d+)?万(?:元|余元)")
_COUNTED = words("counting")
_NO_RATES = tuple(_COUNTED["no_rates"])
_INDICATORS = tuple(_COUNTED["indicators"])
_VALUE = deferred(r"[≥≤><=]?\d[\d.]*([^\d\s.%、,-]{1,4}|%)")
_THINGS = "|".join(sorted(map(re.escape, _COUNTED["nouns"]), key=len, reverse=True))
_NOUN = deferred(rf"({_THINGS})(?:为|共|共计|计|约|:)?(\d[\d,]*)({'|'.join(_COUNTED['units'])})(?![一-鿿]?[次元])")


@rule(
    "text.rate-unit",
    category=Category.UNIT,
    title=Text(zh="比率缺少百分号", en="a rate without its percent sign"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("支出增加1.00万元，增长13.95%。").report(),
    failing=lambda: Draft().paragraph("支出增加1.00万元，增长13.95。").report(),
)
def rate_unit(view: View) -> Iterator[Finding]:
    """增长, 下降, 占…的, 完成…预算的 are followed by a rate: a number with decimals that stands alone there lacks its %.

    In text that was recognised optically it is a warning: the sign may have been lost in reading.
    """
    text = prose(view)
    for paragraph, match in text.search(_RATE, hint=_BARE):
        begin, end = text.sentence(*match.span())
        yield Finding(
            subject=gist(text.text[begin:end]),
            message=Text(
                zh=f"“{match[0]}”缺少百分号，应为“{match[0]}%”。", en=f"“{match[1]}” is a rate and lacks its percent sign."
            ),
            evidence=(text.evidence(view, max(begin, match.start() - 30), min(end, match.end() + 1)),),
            stated=match[0],
            expected=f"{match[0]}%",
            severity=Severity.WARNING if paragraph in text.recognised else Severity.ERROR,
        )


@rule(
    "text.amount-unit",
    category=Category.UNIT,
    title=Text(zh="金额缺少单位", en="an amount without its unit"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("办公费1.20万元、水费0.30万元，公务接待费7.09万元。").report(),
    failing=lambda: Draft().paragraph("办公费1.20万元、水费0.30万元，公务接待费7.09。").report(),
)
def amount_unit(view: View) -> Iterator[Finding]:
    """Where half of a paragraph's amounts or more carry 万元 or 元, one with decimals that ends a clause without lacks its unit.

    In text that was recognised optically it is a warning: the sign may have been lost in reading.
    """
    text = prose(view)
    seen: dict[int, str | None] = {}
    for paragraph, match in text.search(_AMOUNT, hint=_BARE):
        if paragraph not in seen:
            seen[paragraph] = _unit_of(text.lines[paragraph])
        unit = seen[paragraph]
        begin, end = text.sentence(*match.span())
        if (
            unit is None
            or _rate_before(text.text, match.start())
            or _unit_at_the_end(text.text[begin:end], match.start() - begin, match.end() - begin)
        ):
            continue
        yield Finding(
            subject=gist(text.text[max(begin, match.start() - 12) : match.end()]),
            message=Text(zh=f"“{match[0]}”缺少金额单位“{unit}”。", en=f"“{match[1]}” is an amount and lacks its unit."),
            evidence=(text.evidence(view, max(begin, match.start() - 20), min(end, match.end() + 1)),),
            stated=match[0],
            expected=f"{match[0]}{unit}",
            severity=Severity.WARNING if paragraph in text.recognised else Severity.ERROR,
        )


_LIST_BEFORE = deferred(r"(?s:.*)(?:[：:；;]|其中|包括)")
_LIST_ON = deferred(r"(?:、[^、。；;，,元]*?\d[\d,.]*)*、[^、。；;，,]*?\d[\d,.]*\s*[万亿]?元")


def _unit_at_the_end(sentence: str, start: int, end: int) -> bool:
    """其中：货物88.37、服务531.49万元: a list that writes its unit once, after its last amount."""
    listed = _LIST_BEFORE.sub("", sentence[:start])
    return "元" not in listed and _LIST_ON.match(sentence, end - sentence[start:end].endswith("、")) is not None


@rule(
    "text.base-unit",
    category=Category.UNIT,
    title=Text(zh="比较基数缺少单位", en="what is compared with lacks its unit"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("接待费支出2.05万元，较上年2.08万元减少0.03万元。").report(),
    failing=lambda: Draft().paragraph("接待费支出2.05万元，较上年2.08减少0.03万元。").report(),
)
def base_unit(view: View) -> Iterator[Finding]:
    """较上年2.08减少0.03万元: the amount of the year before stands without its unit."""
    text = prose(view)
    for paragraph, match in text.search(_BASE):
        unit = _unit_of(text.lines[paragraph])
        if unit is not None:
            yield Finding(
                subject=gist(text.text[max(text.sentence(*match.span())[0], match.start() - 12) : match.end()]),
                message=Text(
                    zh=f"“{match[0]}”缺少金额单位“{unit}”。", en=f"“{match['amount']}” is an amount and lacks its unit."
                ),
                evidence=text.sentences(view, [match.span()]),
                stated=match["amount"],
                expected=match["amount"] + unit,
                severity=Severity.WARNING if paragraph in text.recognised else Severity.ERROR,
            )


@rule(
    "text.number-lost",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="单位前缺少数字", en="a unit without its number"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("支出35.00万元，占10.00%，比上年减少2.28万元。").report(),
    failing=lambda: Draft().paragraph("支出35.00万元，占 %，比上年减少 万元。").report(),
)
def number_lost(view: View) -> Iterator[Finding]:
    """占 %, 减少 万元: the form's blank was left empty. One finding a paragraph; in text that was recognised optically a warning,
    for the number may have been lost in reading.
    """
    text = prose(view)
    seen: dict[int, list[tuple[int, int]]] = {}
    for paragraph, match in text.search(_LOST, hint=_UNIT_ALONE):
        seen.setdefault(paragraph, []).append(match.span())
    for paragraph, spans in seen.items():
        begin, end = text.sentence(*spans[0])
        shown = "、".join(text.text[slice(*span)] for span in spans[:4])
        yield Finding(
            subject=gist(text.text[begin:end]),
            message=Text(zh=f"缺少数字（{len(spans)}处）：“{shown}”。", en=f"numbers are missing before their unit: “{shown}”."),
            evidence=text.sentences(view, spans),
            stated=text.text[slice(*spans[0])],
            severity=Severity.WARNING if paragraph in text.recognised else Severity.ERROR,
        )


@rule(
    "text.wan",
    category=Category.UNIT,
    severity=Severity.WARNING,
    title=Text(zh="“万元”写作“万”", en="万 for 万元"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("总预算1170.00万元，其中展会支出70.00万元。").report(),
    failing=lambda: Draft().paragraph("总预算1170.00万，其中展会支出70.00万元。").report(),
)
def wan(view: View) -> Iterator[Finding]:
    """An amount in ten thousands is 万元; 万 alone at the end of a clause leaves 元 out. One finding a document."""
    text = prose(view)
    found = [match for _, match in text.search(_WAN, printed=True, marks=_WAN_ENDS)]
    spans = [match.span() for match in found if _MONEY.search(match[1]) or _money_before(text.text, match.start())]
    if spans and _WHOLE.search(text.text):
        yield Finding(
            subject="万",
            message=Text(zh=f"金额单位“万元”写作“万”，共{len(spans)}处。", en=f"万 stands for 万元 in {len(spans)} place(s)."),
            evidence=text.sentences(view, spans, most=10),
            stated=f"{text.text[slice(*spans[0])]}（{len(spans)}处）",
            expected="万元",
        )


@rule(
    "text.counting-unit",
    category=Category.UNIT,
    severity=Severity.WARNING,
    title=Text(zh="计数单位与对象不符", en="a counting unit that does not count the thing"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("公务用车保有量为2辆，国内公务接待团组3个。").report(),
    failing=lambda: Draft().paragraph("公务用车保有量为2次。").report(),
)
def counting_unit(view: View) -> Iterator[Finding]:
    """Vehicles are counted in 辆, groups in 个 or 批, visitors in 人次: another unit says that a number is misplaced."""
    text = prose(view)
    for _, match in text.search(_NOUN):
        if match[3] not in _COUNTED["nouns"][match[1]]:
            yield Finding(
                subject=match[1],
                message=Text(
                    zh=f"“{match[0]}”的计数单位“{match[3]}”与“{match[1]}”不符。", en=f"{match[1]} is not counted in {match[3]}."
                ),
                evidence=text.sentences(view, [match.span()]),
                stated=match[0],
                expected="/".join(_COUNTED["nouns"][match[1]]),
            )


@rule(
    "text.percent-lost",
    category=Category.UNIT,
    severity=Severity.WARNING,
    title=Text(zh="指标值与完成值一有百分号一无", en="a target in percent, its actual value without"),
    basis=BASIS,
    passing=lambda: _form("100%", "100%"),
    failing=lambda: _form("100%", "100"),
)
def percent_lost(view: View) -> Iterator[Finding]:
    """In a performance form 100% beside 100 is one value, once without its percent sign. One finding a document."""
    rows: list[tuple[Table, int]] = []
    for table in view.tables:
        for cell in table.cells if "%" in view.printed[table.index] else ():
            if cell.text.endswith("%") and cell.text[:-1].isdecimal():
                beside = view.cells(table).get((cell.row, cell.column + cell.colspan))
                if beside is not None and beside.text.strip() == cell.text[:-1]:
                    rows.append((table, cell.row))
    if rows:
        yield Finding(
            subject="percent",
            message=Text(
                zh=f"目标值带百分号而完成值不带，共{len(rows)}行。", en=f"The percent sign is lost in {len(rows)} row(s)."
            ),
            evidence=tuple(view.row_evidence(table, row) for table, row in rows[:8]),
            stated=view.row_evidence(*rows[0]).quote,
        )


@rule(
    "text.indicator-unit",
    category=Category.UNIT,
    title=Text(zh="指标值单位与指标名称不符", en="an indicator counted in another unit than its name says"),
    basis=BASIS,
    passing=lambda: _form("开展次数", "≥2次"),
    failing=lambda: _form("开展次数", "≥2件"),
)
def indicator_unit(view: View) -> Iterator[Finding]:
    """An indicator named …次数 counts 次, …人数 人, …率 is in %: another unit shows that name or value is another's."""
    for table in view.tables:
        for cell in table.cells if any(kind in view.printed[table.index] for kind in _INDICATORS) else ():
            name = cell.text
            if not name.endswith(_INDICATORS) or name.endswith(_NO_RATES):
                continue
            kind = next((kind for kind in _INDICATORS if name.endswith(kind)), None)
            beside = view.cells(table).get((cell.row, cell.column + cell.colspan)) if kind and len(name) <= 30 else None
            value = _VALUE.fullmatch(beside.text.strip()) if beside is not None else None
            if kind and value and value[1] in _COUNTED["indicators"][kind]["never"]:
                yield Finding(
                    subject=name,
                    message=Text(zh=f"指标“{name}”的值“{value[0]}”单位不符。", en=f"{name} is not counted in {value[1]}."),
                    evidence=(view.row_evidence(table, cell.row),),
                    stated=value[0],
                    expected=_COUNTED["indicators"][kind]["unit"],
                )


def _form(label: str, value: str) -> Report:
    return Draft().table(None, [], [(label, value)]).report()


def _unit_of(line: str) -> str | None:
    """The unit that most amounts of a paragraph carry; null where it is said once for all (单位:万元) or most have none."""
    printed = re.findall(r"\d(亿元|万元|元)", line)
    return printed[0] if printed and len(printed) >= len(_AMOUNT.findall(line)) and "单位:" not in line else None


def _rate_before(text: str, at: int) -> bool:
    """Whether the words before belong to a share or a rate: another rule's."""
    return re.search(r"占[^,;。%]*$", text[max(0, at - 16) : at]) is not None


def _money_before(text: str, at: int) -> bool:
    return re.search(r"(?:预算|金额|经费|支出|收入|资金|费)(?:为|共|约)?$", text[max(0, at - 6) : at]) is not None
