"""How many bodies, offices and posts there are, held against each other and against the lists of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from schemas.deferred import deferred
from schemas.place import Evidence
from schemas.report import Fact, Measure
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold
from services.validator.registry import rule
from services.validator.relations import Operator, Relation, Term
from services.validator.results import Finding, Passed
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：部门职责和机构设置情况"
_BELOW = "下属单位"
_OWN = deferred(r"本级|本部|机关")
_KIND = deferred(r"(?:行政|参公|参照公务员法管理|事业|全额拨款|公益[一二]类)(?:事业)?单位$")
_LISTED = deferred(
    r"(?:预算|二级|决算)?单位[^。;:]{0,12}(?:包括|如下|有)(?:以下)?(?:\d+个?)?[^。;:]{0,6}[:：]$|^[^。;]{0,60}具体包括[:：]$"
)
_NUMBERED = deferred(r"^[(（]?(\d{1,2})[)）]?[.、．]?")
_MOST_BODIES = 60
_ONE = Decimal(1)


def _bodies(units: str, names: int = 3) -> Draft:
    draft = Draft().paragraph("部门预算包括街道本部以及下属2家预算单位。")
    draft.number("2", "家", "staff", item=_BELOW, measure=Measure.COUNT)
    draft.paragraph(f"本部门中，行政单位1家，事业单位{units}家，具体包括：")
    draft.number("1", "家", "staff", item="行政单位", measure=Measure.COUNT)
    draft.number(units, "家", "staff", item="事业单位", measure=Measure.COUNT)
    for at in range(1, names + 1):
        draft.paragraph(f"{at}.某某中心{at}")
    return draft


@rule(
    "staff.bodies",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="所属单位数应前后一致", en="the bodies of a department are as many wherever they are counted"),
    basis=BASIS,
    passing=lambda: _bodies("2").report(),
    failing=lambda: _bodies("3").report(),
)
def bodies(view: View) -> Iterator[Relation | Finding | Passed]:
    """The number of bodies under this one (下属N家单位) is the same wherever the document says it. With the body's own office
    (本级, 本部, 机关) they are as many as the administrative bodies, those run like them and the public institutions named by
    kind, and as many as the numbered list of names that follows.
    """
    below = [
        fact
        for fact in view.by_concept.get("staff", ())
        if fact.item == _BELOW and fact.measure is Measure.COUNT and _ABOUT.search(_whole(view, fact))
    ]
    for fact in below[1:]:
        yield Relation(subject="bodies below", left=(Term(fact),), right=(Term(below[0]),))
    if not below or _OWN.search(_before(view, below[0])) is None:
        return
    for facts in view.by_paragraph.values():
        kinds = [fact for fact in facts if fact.measure is Measure.COUNT and _KIND.search(fact.item or "")]
        if len(kinds) > 1 and len({fact.item for fact in kinds}) == len(kinds):
            parts = tuple(Term(fact, -1) for fact in kinds[1:])
            yield Relation(subject="bodies by kind", left=(Term(kinds[0]),), right=(Term(below[0]), *parts), constant=_ONE)
            break
    yield from _listed(view, below[0])


_ABOUT = deferred("预算|决算|组成|构成|编制范围|开支单位|经费的单位")
"""What a sentence about the bodies of a department speaks of; one about what they did (指导下属12家单位 ...) may count some."""


def _whole(view: View, fact: Fact) -> str:
    return "" if fact.place.paragraph is None else view.paragraphs[fact.place.paragraph].text


def _before(view: View, fact: Fact) -> str:
    place = fact.place
    return "" if place.paragraph is None else view.paragraphs[place.paragraph].text[: place.offset or 0]


def _listed(view: View, below: Fact) -> Iterator[Finding | Passed]:
    """The numbered names after 包括：, against the bodies below and the body itself."""
    first = below.place.paragraph or 0
    for index in range(first, min(first + 6, len(view.paragraphs))):
        if not _LISTED.search(fold(view.paragraphs[index].text)):
            continue
        names = list(_numbered(view, index + 1))
        if not names:
            return
        if len(names) == below.value + 1:
            yield Passed("bodies listed", (below.id,))
            return
        yield Finding(
            subject="bodies listed",
            stated=f"{below.value}",
            expected=f"{len(names) - 1}",
            message=Text(
                zh=f"本级和下属{below.value}个单位，列出的却是{len(names)}个。",
                en=f"the body itself and {below.value} below it, but {len(names)} are listed.",
            ),
            evidence=(view.fact_evidence(below), *names[:8]),
            facts=(below.id,),
        )
        return


def _numbered(view: View, first: int) -> Iterator[Evidence]:
    """The lines numbered 1, 2, 3 ... from a paragraph on; lines between them may tell more of each."""
    wanted = 1
    for index in range(first, min(first + _MOST_BODIES, len(view.paragraphs))):
        text = view.paragraphs[index].text.strip()
        match = _NUMBERED.match(text)
        if match is None or int(match[1]) != wanted or text.startswith(("(", "（")):
            return
        yield view.quote(index, 0, min(len(view.paragraphs[index].text), 40))
        wanted += 1


_OFFICE = "科|室|处|部|组|股|办|队|局|站|所|中心|委员会"
_OFFICES = deferred(
    rf"(?:内设|下设|设有?|设置)(?:有)?(?P<count>\d{{1,2}})个(?:职能|内设|业务)*(?:科室|处室|机构|部门|科|处|室)(?:[,，]?(?:分别(?:为|是)|包括|即|为))?[:：]?"
    rf"(?P<names>[^。；;:：\d]{{2,400}}?(?:{_OFFICE})(?:等)?)(?=[。；;]|$)"
)
_SPLIT = deferred("[、,，]|和|及|以及")
_ENDS = deferred(rf"(?:{_OFFICE})$")
_INNER = deferred(r"[(（][^()（）]*[)）]")


def _offices(count: str) -> Draft:
    draft = Draft().paragraph(f"内设{count}个科室，分别为：综合科、数据资源科、运行维护和应用开发科。")
    draft.number(count, "个", "staff", item="内设", measure=Measure.COUNT)
    return draft


@rule(
    "staff.offices",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="内设机构数应与所列名称相符", en="as many offices are named as are counted"),
    basis=BASIS,
    passing=lambda: _offices("3").report(),
    failing=lambda: _offices("5").report(),
)
def offices(view: View) -> Iterator[Finding | Passed]:
    """内设 N 个科室 ...：甲科、乙科 ... names N offices. A name may have 、 or 和 in it (运行维护和应用开发科): what does not
    end as an office does goes on. A list that ends with 等 may leave some out.
    """
    for index, match in view.search(_OFFICES, marks=("个科", "个处", "个室", "个内设", "个职能", "个业务", "个机构", "个部门")):
        names = _names(match["names"])
        count = int(match["count"])
        at = match.start("count")
        facts = tuple(fact.id for fact in view.by_paragraph.get(index, ()) if fact.place.offset == at)
        partial = match["names"].endswith("等")
        if count in names or (partial and min(names) <= count):
            yield Passed("offices", facts)
        elif min(names) > 1:
            yield Finding(
                subject="offices",
                stated=match["count"],
                expected=str(min(names)),
                message=Text(
                    zh=f"载明{count}个，列出的名称却有{min(names)}个：{match['names'][:80]}。",
                    en=f"{count} offices are counted and {min(names)} named.",
                ),
                evidence=(view.quote(index, *match.span()),),
                facts=facts,
            )


def _names(words: str) -> set[int]:
    """How many names the words may be: 和 and 及 may stand between two names or inside one, and what does not end as an office
    does may be one all the same (机关党委) or go on (规划、建设科)."""
    bare = _INNER.sub("", words).removesuffix("等")
    sure = sum(1 for piece in re.split("[、,，]", bare) if _ENDS.search(piece))
    return set(range(sure, len([piece for piece in _SPLIT.split(bare) if piece]) + 1))


def _posts(deputies: str) -> Draft:
    draft = Draft().paragraph(f"人员编制6名，科长职数1名、副科长职数{deputies}名。")
    draft.number("6", "名", "staff", item="科/人员编制", measure=Measure.COUNT)
    draft.number("1", "名", "staff", item="科/科长职数", measure=Measure.COUNT)
    draft.number(deputies, "名", "staff", item="科/副科长职数", measure=Measure.COUNT, occurrence=int(deputies == "1"))
    return draft


@rule(
    "staff.posts",
    category=Category.COUNT,
    severity=Severity.WARNING,
    title=Text(zh="领导职数、在编人数不应大于编制数", en="leading posts, and posts that are filled, are some of the posts"),
    basis=BASIS,
    passing=lambda: _posts("1").report(),
    failing=lambda: _posts("11").report(),
)
def posts(view: View) -> Iterator[Relation]:
    """人员编制 N 名，科长职数 1 名、副科长职数 2 名: the leaders' posts named beside a number of posts are some of them; so are
    those that are filled (在编人员). A body with more people than posts is possible, and worth a warning.
    """
    for facts in view.by_paragraph.values():
        staff = [fact for fact in facts if fact.measure is Measure.COUNT and fact.concept == "staff"]
        leading = [fact for fact in staff if (fact.item or "").endswith("职数")]
        posts_ = [fact for fact in staff if (fact.item or "").endswith(("编制", "编制数"))]
        filled = [fact for fact in staff if (fact.item or "").endswith(_FILLED)]
        for some in (leading, filled) if len(posts_) == 1 else ():
            if some:
                yield Relation(
                    subject=f"posts {posts_[0].item} {some[0].item}",
                    left=(Term(posts_[0]),),
                    right=tuple(Term(fact) for fact in some),
                    operator=Operator.GE,
                )


_FILLED = ("在编", "在编人员", "在编人数", "在编职工")
