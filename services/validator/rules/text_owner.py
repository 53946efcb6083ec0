"""Whose figures a sentence or table says that it gives: another body's name in a place of the issuer's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from schemas.deferred import deferred
from schemas.report import Report, Scope, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import Prose, fold, gist, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.text_issuer import plain
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View

_ORGAN = "局|委员会|办公室|厅|院|中心|办事处|政府|学校|中学|小学|大学|医院|大队|总队|支队|所|站|馆"
_BODY = rf"[一-鿿]{{2,24}}?(?:{_ORGAN})"
_DATE = r"20\d\d年(?:度)?(?:\d{1,2}月\d{1,2}日|末|底|年末|年底)?"
_SPEAKS = deferred(
    rf"[\n。;](?:第[一二三四五]部分|[(]?[一二三四五六七八九十\d]+[)]?[、.])?(?:说明:|注:|关于)?(?:(?:截[至止])?{_DATE},?)?(?P<name>{_BODY})(?:[(]?本级[)]?)?"
    rf"(?=概况(?:\n|$)|20\d\d年(?:度)?(?:部门|单位)?(?:一般公共预算|财政拨款|收支|收入|支出|(?:无|没有)?(?:政府性基金|国有资本)|“三公”|基本支出|机关|政府采购|预算绩效)|(?:部门|单位|部门[(]单位[)])?(?:(?:无|没有)?(?:机关运行经费|公务用车)|有一般公共预算财政拨款|政府采购(?:支出|预算|金额)|共有车辆|收支总预算|(?:收入|支出)(?:总)?(?:预算|合计|总计)|财政拨款收支|"
    rf"(?:无|没有(?:使用)?|本年度没有|当年(?:无|没有))[^。;\n]{{0,8}}(?:政府性基金|国有资本经营)|执行公务和开展业务|“三公”经费|内设|总编制|共有编制))"
)
_OWN = deferred(
    r"^(?:[本我该各原度]|二级|其中|其他|我区|我市|上级|区|市|县|省|全区|全市|一般公共|政府性|国有|财政拨款|机关事业|行政|事业|年初|年末|单位|部门|下属|所属)"
)
_OWNER = deferred(
    rf"^(?:公开|填报|预算|决算)?(?:部门|单位)(?:名称)?:(?P<name>{_BODY})(?:[(]?本级[)]?|[(]汇总[)])?(?=$|金额|单位:|20\d\d|\n)"
)
_COVERED = deferred(
    rf"(?:纳入|看,)(?P<name>{_BODY})(?:20\d\d年(?:度)?)?(?:部门|单位)(?:汇总)?(?:决算|预算)(?:编[制报]范围的|包括|由)"
)
_REGION = deferred(r"^.{1,8}?[省市区县州](?=.{2})")
_FEW = 2
_ALIKE_TAIL = 2
_GIVEN = deferred(
    "下达|拨[付入给]|划[转入归]|转入|批复|审计|审定|由其|统一保障|保障[我本]|[我本][区市县省州局委院校会站所办部单镇乡](?!门|位?(?:是|为|系))"
)
_STATED_ONCE = deferred(
    r"机关运行经费|政府采购(?:支出|预算|金额)|共有车辆|公务用车|一般公共预算财政拨款|收支总预算|“三公”经费|政府性基金|国有资本经营"
)
_AMOUNT = deferred(r"(?<![\d.,])\d[\d,]*\.\d+(?![\d.])")
_LEAST_DIGITS = 4
_ALONE = deferred(
    "(?:和|及|加)0个(?:下属|所属|二级)|(?:无|没有|不含)(?:下属|所属|二级)(?:预算|决算|独立核算)?单位|(?:下属|二级)(?:预算|决算)?单位0个|仅包括本级"
)
_NEAR = 24
_OFTEN = 4
_PEERS = ("局", "委员会", "厅", "政府", "办事处")  # a unit that was listed nowhere is none of these
_SAYS = deferred(r"\d|无|没有|未|为零")


def _spoken(name: str) -> Report:
    draft = (
        Draft("某市某区档案馆")
        .paragraph("某市某区档案馆2023年度部门决算")
        .paragraph("从单位构成看，某市某区档案馆部门决算包括本级决算。")
    )
    draft.paragraph("2023年度某市某区档案馆机关运行经费支出10.00万元。")
    return draft.paragraph(f"2023年度{name}政府采购支出总额5.00万元。").report()


@rule(
    "text.foreign-body",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="文中写了其他单位的名称", en="a sentence speaks of another body as if it were this one"),
    basis=BASIS,
    passing=lambda: _spoken("某市某区档案馆"),
    failing=lambda: _spoken("某市某区水务局"),
)
def foreign_body(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The figures of a disclosure are the issuer's (2023年度某局机关运行经费…): where such a sentence, or the line 部门：… of a
    table, names a body that the document names nowhere else, its text was copied from that body's. Not meant are shorter forms
    of the issuer's name, units that the document covers, bodies that give money or hold what the issuer uses, and the body of
    another level with the same name. Two such names or more are units that the department tells of without having listed them.
    An error where the issuer's own name stands in two such places or more, and the sentence states what every disclosure states
    (机关运行经费 …) of a bureau or as the only one, or gives an amount that is the issuer's elsewhere; else a warning.
    """
    issuer = plain(view.identity.issuer)
    if len(issuer) < _FEW:
        yield NotApplicable("the issuer is not known")
        return
    text = prose(view)
    spoken = [
        (match["name"], *match.span("name"))
        for match in view.once(_speaking)
        if text.parts[text.paragraph(match.start("name"))] not in (SectionKind.GLOSSARY, SectionKind.CONTENTS)
    ]
    if view.identity.scope is Scope.DEPARTMENT:  # a unit is itself one of those that its department covers
        covered = text.search(_COVERED, marks=("编制范围", "编报范围", "构成看"))
        spoken += [(match["name"], *match.span("name")) for _, match in covered]
    for index, line in enumerate(text.lines):
        match = _OWNER.match(line)
        if match is not None:
            spoken.append((match["name"], text.start(index) + match.start("name"), text.start(index) + match.end("name")))
    ours = sum(is_issuer(plain(name), issuer) for name, *_ in spoken)
    if not spoken:
        yield NotApplicable("no sentence names its body")
        return
    others: Counter[str] = Counter(name for name, *_ in spoken if not is_issuer(plain(name), issuer))
    foreign = [
        item
        for item in spoken
        if others[item[0]]
        and _is_foreign(text, item[0], issuer, others[item[0]])
        and not _GIVEN.search(text.text[item[2] : text.sentence(item[1], item[2])[1]].split("原因")[0])
    ]
    if len({name for name, *_ in foreign}) > 1:
        yield NotApplicable("the sentences seem to be of several units")
        return
    if not foreign:
        yield Passed("单位名称")
    for name, start, end in foreign:
        begin, stop = text.sentence(start, end)
        yield Finding(
            subject=f"{name} {gist(text.text[end : end + 20])}",
            message=Text(
                zh=f"“{text.text[begin:stop][:60]}”写的是“{name}”，本文件的主体是“{view.identity.issuer}”。",
                en=f"The sentence speaks of {name}; the document is that of {view.identity.issuer}.",
            ),
            evidence=(text.evidence(view, begin, stop),),
            stated=name,
            expected=view.identity.issuer,
            severity=Severity.ERROR
            if (ours >= _FEW or text.text.count(issuer) > _OFTEN) and _is_ours(view, text, start, end)
            else Severity.WARNING,
        )


def _speaking(view: View) -> list[re.Match[str]]:
    """Where sentences name whose figures they give."""
    return [match for _, match in prose(view).search(_SPEAKS)]


def other_bodies(view: View) -> frozenset[str]:
    """The names of other bodies that sentences speak of as they speak of the issuer."""
    return view.once(_other_bodies)


def _other_bodies(view: View) -> frozenset[str]:
    issuer = plain(view.identity.issuer)
    if len(issuer) < _FEW:
        return frozenset()
    names = {match["name"] for match in view.once(_speaking)}
    return frozenset(
        name
        for name in names
        if not _OWN.match(name) and not is_issuer(plain(name), issuer) and _apart(_core(plain(name)), _core(issuer))
    )


def _is_ours(view: View, text: Prose, start: int, end: int) -> bool:
    """Whether what is said of the other body can only be the issuer's: the line of a table's owner, the head of a part, which
    units its accounts cover, an amount that the document states elsewhere, or what every disclosure states: of a bureau, or
    stated nowhere else.
    """
    index = text.paragraph(start)
    if text.text.startswith(("纳入", "看,"), start - 2):
        return True
    if _OWNER.match(text.lines[index]) or re.match("第.部分", text.lines[index]):
        return True
    begin, stop = text.sentence(start, end)
    if index in text.headings and text.text[start:end].endswith(_PEERS) and text.lines[index].endswith(("说明", "情况", "表")):
        return True
    rest = text.text[:begin] + "\n" + text.text[stop:]
    for amount in _AMOUNT.findall(text.text[end:stop]):
        digits = sum(map(str.isdigit, amount))
        if (
            digits >= _LEAST_DIGITS
            and not amount.endswith("0.00")
            and re.search(rf"(?<![\d.,]){re.escape(amount)}(?![\d.])", rest)
        ):
            return True
    for fact in view.by_paragraph.get(index, ()):
        alike = view.by_value[fact.unit, abs(fact.value)] if fact.scale and len(fact.text) > _LEAST_DIGITS else ()
        if fact.value and any(other.place.table is not None for other in alike):
            return True
    said = _STATED_ONCE.search(text.text, end, min(stop, end + _NEAR))
    if said is None or _SAYS.search(text.text, end, stop) is None or plain(view.identity.issuer) in text.text[end:stop]:
        return False  # the issuer's beside it
    if _ALONE.search(text.text):
        return True
    if text.text[start:end].endswith(_PEERS):
        # A sum of its own beside the department's is that of a unit, also of one that was listed nowhere.
        own = next(filter(_is_money, _AMOUNT.findall(text.text[said.end() : stop])), None)
        theirs = re.findall(rf"{said[0]}[^\d。;\n]{{0,24}}({_AMOUNT.pattern})", rest)
        return own is None or not any(map(_is_money, theirs)) or own in theirs
    return (
        "基金" not in said[0]
        and "经营" not in said[0]
        and re.search(rf"{said[0]}[^。;\n]{{0,16}}(?:\d|支出[。,;])", rest) is None
    )


def _is_money(amount: str) -> bool:
    return float(amount.replace(",", "")) > 0


def is_issuer(name: str, issuer: str) -> bool:
    """The issuer, shortened or of its region or not: 区水务局, 水务局机关, 某市某区水务局 of 某市水务局, 政协办公室."""
    mine, theirs = _core(issuer), _core(name)
    left = iter(mine)
    return (
        all(character in left for character in theirs)
        or name in issuer
        or issuer in name
        or mine == theirs
        or mine.endswith(theirs)
        or theirs.endswith(mine)
    )


def _core(name: str) -> str:
    before = ""
    while name != before:
        before, name = name, _REGION.sub("", name)
    return name


def _is_foreign(text: Prose, name: str, issuer: str, said: int) -> bool:
    """Is the name no generic word, nothing like the issuer's, and told of nowhere else in the document?"""
    core = _core(plain(name))
    if _OWN.match(name) or len(core) <= _ALIKE_TAIL or text.text.count(core) > said or text.text.count(name) > _FEW:
        return False
    return _apart(core, _core(issuer))


def _apart(one: str, two: str) -> bool:
    """Whether two names share less than half of their characters, the organ at the end apart; or differ, between what both
    begin and end with, in a name of their own (万山街道办事处, 千水镇街道办事处)."""
    first = _alike(one, two)
    last = min(_alike(one[::-1], two[::-1]), len(one) - first, len(two) - first)
    mine, theirs = one[first : len(one) - last], two[first : len(two) - last]
    if min(len(mine), len(theirs)) >= _FEW and set(mine).isdisjoint(theirs):
        return True
    shared = sum((Counter(one[:-1]) & Counter(two[:-1])).values())
    return 2 * shared < max(len(one), len(two))


def _alike(one: str, two: str) -> int:
    """The number of characters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))


_SHORT = 6
_DROPPED = frozenset("省市区县州镇乡道和与及暨")


def _misspelt(name: str) -> Report:
    return (
        Draft("某市某区档案管理中心")
        .paragraph("某市某区档案管理中心无政府性基金预算。")
        .paragraph(f"{name}共有车辆1辆。")
        .report()
    )


@rule(
    "text.issuer-slip",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="单位名称漏字、多字", en="a character too few or too many in the body's name"),
    basis=BASIS,
    passing=lambda: _misspelt("某市某区档案管理中心"),
    failing=lambda: _misspelt("某市某区档案理中心"),
)
def issuer_slip(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The issuer's full name with one character left out, or one of its characters twice: a slip, unless what is left out is a
    word that short forms leave out (市, 区, 和). One finding a document.
    """
    issuer = fold(view.identity.issuer or "")
    if len(issuer) < _SHORT:
        yield NotApplicable("the issuer is not known, or its name is short")
        return
    text = prose(view)
    spans: list[tuple[int, int]] = []
    for variant in _slips(issuer):
        at = text.text.find(variant)
        while at >= 0:
            if text.text[at - len(issuer) + len(variant) : at + len(variant)] != issuer and not text.text.startswith(issuer, at):
                spans.append((at, at + len(variant)))
            at = text.text.find(variant, at + 1)
    if not spans:
        yield Passed("单位名称")
        return
    word = text.text[slice(*min(spans))]
    yield Finding(
        subject=word,
        message=Text(
            zh=f"“{word}”与本单位名称“{issuer}”相差一字，共{len(spans)}处。", en=f"“{word}” is the body's name with a slip."
        ),
        evidence=text.sentences(view, sorted(spans)),
        stated=word,
        expected=issuer,
    )


def _slips(issuer: str) -> Iterator[str]:
    """The name without one of its inner characters, and with one of them twice."""
    for at in range(1, len(issuer) - 1):
        if issuer[at] not in _DROPPED and issuer[at] != issuer[at - 1]:
            yield issuer[:at] + issuer[at + 1 :]
        if issuer[at] != issuer[at + 1]:
            yield issuer[: at + 1] + issuer[at] + issuer[at + 1 :]
