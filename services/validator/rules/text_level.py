"""Another level of government in a body's own glossary: 市级财政 in a district's document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.report import Identity, Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View

# From the top down. A word of a higher level than the body's own cannot define the body's own money.
_LEVELS = ("中央", "省", "市", "县")
_NAMES = {"中央": "central", "省": "provincial", "市": "municipal", "县": "county or district"}
_OWN = {"中央": "中央", "省": "省级", "市": "市级", "县": "区（县）级"}
_WORD = re.compile(
    r"(中央(?<![地本]中央)|省(?<![地本]省)|市(?<![地本]市)|区(?<![地本]区)|县(?<![地本区、(/]县))(?:级|直)(?=财政|预算主管部门|预算部门|预算单位|部门|单位|行政|各部门|国有资本经营预算|政府性基金预算)"
)
_SAID = re.compile(r"(省|市|区|县)(?:本)?级(?:部门|单位)(?:预算|决算)")
_FROM_ABOVE = re.compile(r"补助|转移|上级|下达|专项债")  # terms that really mean another level's money
_AUTONOMOUS = re.compile(r"自治区|特别行政区")
_ZONE = re.compile(r"(?:开发|高新|示范|产业|工业|保税|合作|新|园)区")


def level(identity: Identity) -> str | None:
    """The level of government whose money the body spends (中央, 省, 市, 县), null where its name does not say.

    A district (区) stands with the county; a development zone has no level of its own. 上海市普陀区… is a district's body,
    某市… without a district the city's. A city within a city (县级市) says 市级 of itself and is left alone.
    """
    name = "".join(identity.region) + (identity.issuer or "")
    name = _AUTONOMOUS.sub("省", name)
    if _ZONE.search(name):
        return None
    if re.search(r"[^市地小社街校园片灾牧林山库厂矿景辖]区(?!域|划|间|块)|县(?!级市)", name):
        return "县"
    cities = set(re.findall(r"[^省市区县]{1,6}市(?!场|政|民|容|值)", name))
    if cities:
        return "市" if len(cities) == 1 else None
    return "省" if re.search(r".省", name) else None


def _glossary(definition: str) -> Report:
    return Draft().section("名词解释", kind=SectionKind.GLOSSARY, level=1).paragraph(f"（一）财政拨款收入：{definition}").report()


@rule(
    "text.level",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="政府层级用语与本部门不符", en="words of another level of government"),
    basis=BASIS,
    passing=lambda: _glossary("指区级财政当年拨付的资金。"),
    failing=lambda: _glossary("指市级财政当年拨付的资金。"),
)
def foreign_level(view: View) -> Iterator[Finding | NotApplicable]:
    """The definitions of a body's own money must name its own level: 市级财政 cannot define a district's appropriation.

    Only the definitions of the glossary are read: in the narrative a higher level may really have paid. One finding a
    level, all places as evidence. It is an error where the document itself says its level (区级部门预算), otherwise, the
    level being inferred from the body's name, a warning.
    """
    own = level(view.identity)
    if own is None:
        yield NotApplicable("the body's name does not say its level of government")
        return
    text = prose(view)
    said = _SAID.search("\n".join(text.lines[:8]) + fold(view.identity.title or ""))
    named = "".join(view.identity.region) + (view.identity.issuer or "")
    district = "区" in named and "县" not in named  # 县级 is not what a district calls itself
    found: dict[str, list[tuple[int, int]]] = {}
    for paragraph, match in text.search(_WORD):
        word = "县" if match[1] == "区" else match[1]
        head = text.lines[paragraph].split(":", 1)[0]
        if (
            text.parts[paragraph] == SectionKind.GLOSSARY
            and not _FROM_ABOVE.search(head)
            and (_LEVELS.index(word) < _LEVELS.index(own) or (match[1] == "县" and own == "县" and district))
        ):
            found.setdefault(word, []).append(match.span())
    for word, spans in found.items():
        certain = said is not None and ("县" if said[1] == "区" else said[1]) == own
        yield Finding(
            subject=f"{word}级",
            message=Text(
                zh=f"名词解释中{len(spans)}处使用“{word}级/{word}直”，本部门为{_OWN[own]}。",
                en=f"The glossary speaks of the {_NAMES[word]} level in {len(spans)} place(s); this body is {_NAMES[own]}.",
            ),
            evidence=text.sentences(view, spans, most=10),
            stated=text.text[slice(*spans[0])],
            expected=_OWN[own],
            severity=Severity.ERROR if certain else Severity.WARNING,
        )
