"""Reads a few lines of text as the narrative of a document, and shows what they state as short strings."""

from __future__ import annotations

from decimal import Decimal

from schemas.place import Place
from schemas.report import Claim, Fact, Identity, Kind, Scope
from services.parser.layout import TextBlock
from services.parser.narrative import Narrative, narrate
from services.parser.outline import outline


def read(*lines: str, kind: Kind = Kind.FINAL_ACCOUNTS, year: int = 2022, issuer: str = "青山县水务局") -> Narrative:
    """The narrative of lines, each a paragraph, one after the other in a text."""
    blocks, start = [], 0
    for line in lines:
        blocks.append(TextBlock(line, start=start))
        start += len(line) + 1
    sections = outline(lines, [Place(paragraph=index) for index in range(len(lines))], [False] * len(lines))
    return narrate(blocks, sections, Identity(issuer=issuer, kind=kind, fiscal_year=year, scope=Scope.DEPARTMENT))


def budget(*lines: str, year: int = 2023) -> Narrative:
    return read(*lines, kind=Kind.BUDGET, year=year)


def subject(fact: Fact) -> str:
    """``expenditure/general/basic/e30101``: the dimensions that say something, item last."""
    parts = (
        fact.concept,
        fact.fund if fact.fund != "all" else "",
        fact.nature if fact.nature != "total" else "",
        f"f{fact.function}" if fact.function else "",
        f"e{fact.economy}" if fact.economy else "",
        fact.item or "",
    )
    return "/".join(filter(None, parts))


def facts(narrative: Narrative) -> dict[str, str]:
    """Printed text → subject of every fact."""
    return {fact.text: subject(fact) for fact in narrative.facts}


def claims(narrative: Narrative, kind: str) -> list[Claim]:
    return [claim for claim in narrative.claims if claim.kind == kind]


def one(narrative: Narrative, kind: str) -> Claim:
    (claim,) = claims(narrative, kind)
    return claim


def texts(narrative: Narrative, claim: Claim) -> dict[str, list[str]]:
    """Role → the printed texts of the facts that play it."""
    known = {fact.id: fact for fact in narrative.facts}
    return {role: [known[id_].text for id_ in ids] for role, ids in claim.roles.items()}


def fact(narrative: Narrative, text: str) -> Fact:
    return next(fact for fact in narrative.facts if fact.text == text)


def yuan(narrative: Narrative, text: str) -> Decimal:
    return fact(narrative, text).value
