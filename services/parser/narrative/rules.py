"""The rules of the lexer: one line a rule, each with an example; the words come from ``words.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml
from services.parser.narrative import tokens as kinds


@dataclass(frozen=True, slots=True)
class Rule:
    """What a token looks like. The first rule that matches at a place takes it; ``kind`` is empty for what is left out."""

    name: str
    kind: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules as one pattern, the sense of each word that has one, and ``words.yaml`` itself."""

    rules: tuple[Rule, ...]
    pattern: re.Pattern[str]
    kinds: dict[str, str]
    senses: dict[str, str]
    raw: dict[str, Any]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The recorded words and the rules made from them."""
    raw: dict[str, Any] = read_yaml(Path(__file__).with_name("words.yaml"))
    made = tuple(_rules(raw))
    senses = {word: sense for group in ("directions", "comparisons") for sense, words in raw[group].items() for word in words}
    # Each rule's group is empty and stands after it: a choice that begins with a group is entered at every character of the text.
    pattern = re.compile("|".join(f"(?:{rule.pattern})(?P<{rule.name}>)" for rule in made))
    return Rules(made, pattern, {rule.name: rule.kind for rule in made}, senses, raw)


def _any(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _rules(raw: dict[str, Any]) -> list[Rule]:
    number = r"(?=[-\d])(?:(?<!\d)-)?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?"
    year = r"(?:19|20)\d\d"
    direction = _any([word for words in raw["directions"].values() for word in words])
    comparison = _any([word for words in raw["comparisons"].values() for word in words])
    stage = r"(?:年初|全年|调整后?)?(?:预算执行|预算安排|执行|决算|预算)数?"
    before = rf"(?:上一年度?|上一?年度?|上一度|去年|上年同期|去年同期|年初|{year}年?度?)"
    base = rf"{before}(?:(?:部门|财政拨款|支出|收入|当年|同期|度|预)*{stage})?|(?:年初|全年|调整后?|年度)?预算数?(?!绩效)|决算数"
    budget = r"(?:年初|全年|调整后?|年度)预算数?"
    scope = r"按?照?(?:同|可比)口径(?:计算|比较|对比)?|(?:剔除|扣除)不可比因素(?:的?影响)?后?"
    lists = (
        r"其中(?!,?\d)|其?(?:具体|主要)?(?:包括|包含|用于|构成)(?:以下方面|以下内容|如下|[为是](?=:))?"
        r"|由?以下(?:几?个?部分|几?个?方面|各?项)(?:构成|组成)|具体(?:使用|支出|构成|安排|分配)?情况(?=:)|具体[为是](?=:)"
        r"|主要是(?!因为|由于|受(?!理))|主要有|分别[为是]"
    )
    stages = r"(?:年初|全年|调整|当年|年度|支出|部门|上年度?)*(?:预算|决算|执行)"
    cause = r"的?(?:主要)?(?:增减|变动|变化|差异)?的?(?:主要原因(?:是|为|在于)?:?|原因(?:主要)?(?:是|为|在于|:))"
    return [
        Rule("digits", kinds.OTHER, r"\d{16,}[\d,.]*", "6217000000000000000"),
        Rule("coded", kinds.TEXT, r"\((?:2\d\d(?:\d\d){0,2}|3\d\d(?:\d\d)?)\)", "(2010301)"),
        Rule("step", "", r"(?<=[类款]\))[-—·]*\d{2,7}(?=[一-龥])", "(类)02"),
        Rule(
            "leading",
            kinds.TEXT,
            r"(?<![\d.,])2\d{4}(?:\d\d(?=[-—]?(?![元万亿余多])[一-龥])|(?=[-—][一-龥]))[-—]?",
            "2101102-事业单位医疗",
        ),
        Rule("document", kinds.OTHER, r"[\[〔【(]\d{4}[\]〕】)]第?\d*号?|第?\d+号(?!楼)", "〔2019〕4号"),
        Rule("phone", kinds.OTHER, r"(?<!\d)0\d{2,3}[-—]\d{7,8}|(?<![\d.])1[3-9]\d{9}(?!\d)", "027-84460000"),
        Rule("day", kinds.OTHER, rf"{year}[年./-]\d{{1,2}}[月./-]\d{{1,2}}日?", "2019年12月31日"),
        Rule("years", kinds.OTHER, rf"{year}年?[-—~至]{year}年度?", "2019-2021年"),
        Rule("month", kinds.OTHER, rf"(?:{year}年)?\d{{1,2}}(?:[-—~至]\d{{1,2}})?月(?:\d{{1,2}}日|份|底|初|末)?", "1-12月"),
        Rule(
            "base",
            kinds.BASE,
            rf"(?:(?:{scope}),?)?[与比较同和]于?(?P<of>{base})(?:同口径)?(?:相比较|相比|比较|对比|比)?(?:同期)?",
            "与2018年度决算相比",
        ),
        Rule("year", kinds.YEAR, rf"{year}(?:-20\d\d)?年?度|{year}年|(?<!\d)20\d\d(?=部门|财政|一般)", "2019年度"),
        Rule(
            "before",
            kinds.YEAR,
            r"(?<![一-龥\d])(?:上一?年度?|去年)(?!度?结|余|末|底|同期|相比|[增减下上]|实有|滚存)(?=[^,，;；。:：\d%]{1,24}\d)",
            "上年预算0.81万元",
        ),
        Rule("scope", "", rf"(?:{scope}),?(?=同比|[增减下上])", "按可比口径"),
        Rule("against", "", r"(?<=[元)])(?:相比较?|比较|对比)(?=[,，增减下上降多少超完])", "与年初预算10万元相比，"),
        Rule("ordinal", kinds.OTHER, r"第\d+(?:[-—至]\d+)?", "第7"),
        Rule(
            "limit",
            kinds.TEXT,
            rf"(?:单价|单位价值|单台|价值|原值|限额)?{number}[万亿]?元(?:\(含\)|\(含{number}万元\)|及)?以[上下内](?:\(含\))?的?",
            "单价50万元(含)以上",
        ),
        Rule("blank", kinds.BLANK, r"[Xx×]{2,}(?:\.[Xx×]+)?(?:万元|元|%|个|人次|批次|人|辆|台|分)?|_{2,}(?:万元|元|%)", "XX万元"),
        Rule("range", kinds.OTHER, rf"{number}(?:[万亿]?元|%|人)?[-—~至]{number}(?:[万亿]?元|%|个|人|家|次)", "5-10万元"),
        Rule(
            "money",
            kinds.MONEY,
            rf"(?P<m>{number})[余多]?(?:(?P<ms>万亿|亿|千万|百万|万|千|百)[余多]?元|元(?!/)|(?P<mg>[万亿])(?=[,，;。、:)(]|$))",
            "1,464.43万元",
        ),
        Rule("percent", kinds.PERCENT, rf"(?P<p>{number})[%‰]", "97.51%"),
        Rule("duration", kinds.OTHER, rf"{number}(?:{_any(raw['not_units'])})|\d+[*×]\d+", "3个月"),
        Rule("count", kinds.COUNT, rf"(?P<c>{number})(?P<cs>[万亿])?[余多]?(?P<cu>{_any(raw['units'])})", "26人次"),
        Rule("code", kinds.OTHER, r"(?<=[A-Za-z])[A-Za-z\d.-]*\d|\d+[A-Za-z]+\d*", "4G"),
        Rule("number", kinds.NUMBER, rf"(?P<n>{number})", "7.09"),
        Rule("unchanged", kinds.UNCHANGED, rf"(?:{_any(raw['unchanged'])})(?=[,，;。)]|$)", "持平"),
        Rule(
            "comparison",
            kinds.COMPARISON,
            rf"(?<=[数算额出])(?P<k>{comparison})(?:\((?:{comparison})\))?(?={stages})",
            "决算数大于年初预算数",
        ),
        Rule(
            "direction",
            kinds.DIRECTION,
            rf"(?P<d>{direction})(?:\((?:{direction})\))?(?:幅度|比例|比率|率|金额|额)?[为是达到]{{0,2}}[了约近]?(?=-?\d|[Xx×]{{2}})",
            "增加59.84万元",
        ),
        Rule("reason", kinds.REASON, rf"{cause}|主要是?(?:由于|因为|受(?!理))|主要[系因](?=[^,，;。]{{4}})", "主要原因是"),
        Rule("share", kinds.SHARE, rf"占(?!用|有|地|道|领|据|比例|{budget}{number}[万亿]?元的)比?", "占"),
        Rule(
            "completion",
            kinds.COMPLETION,
            r"(?:预算)?(?:执行率|完成率|完成比例|执行进度)|完成(?!了|情况|后|时|度)"
            rf"|[为占](?={budget}(?:{number}[万亿]?元)?的\d)|[、,](?<=%.)(?={budget}的\d)",
            "完成",
        ),
        Rule("particular", kinds.LIST, r"具体[为是](?=[^,，;；。:：\d]{2,12}\d)", "具体是国内接待费0.76万元"),
        Rule(
            "list",
            kinds.LIST,
            rf"{lists}|(?:具体|主要)?(?:情况|内容|构成)?(?:如下|包括)|(?<=\()含(?!税)",
            "其中",
        ),
        Rule("each", "", r"各(?=增|减|下|上|降|提)", "各增加"),
        Rule(
            "mark",
            kinds.MARK,
            r"[①-⑳⑴-⒇]|[一二三四五六七八九十]是|(?<=[。;:,，])\(\d{1,2}\)|(?<=[。;:])\d{1,2}[.、](?=[一-龥])",
            "一是",
        ),
        Rule("open", "(", r"\(", "("),
        Rule("close", ")", r"\)", ")"),
        Rule("comma", ",", r"[,，]", "，"),
        Rule("semicolon", ";", r";", ";"),
        Rule("stop", ".", r"[。!?]", "。"),
        Rule("colon", ":", r":", ":"),
        Rule("pause", "/", r"、", "1万元、2万元"),
    ]
