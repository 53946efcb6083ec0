"""The page of ``gouji read --html``: the document beside what was read from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from schemas.report import Claim, Column, Report, Table
from services.cli.pages.document import Number, Numbers, lay_out
from services.cli.pages.panel import numbers_data
from services.cli.pages.render import page, pair
from services.cli.show import quality
from services.cli.words import words


@dataclass(frozen=True)
class Stated:
    """A claim with the numbers that play its roles."""

    claim: Claim
    roles: tuple[tuple[str, tuple[Number, ...]], ...]


@dataclass(frozen=True)
class Understood:
    """A table with those of its columns that fix something."""

    table: Table
    columns: tuple[Column, ...]


def read_page(report: Report, name: str, language: str) -> str:
    """One page of one document."""
    numbers = Numbers()
    blocks = lay_out(report, numbers)
    of_fact = {fact: number for number in numbers.all for fact in number.facts}
    fates = {number.index: "bound" if number.facts else "unbound" for number in numbers.all}
    stated = [
        Stated(
            claim, tuple((role, tuple(of_fact[fact] for fact in facts if fact in of_fact)) for role, facts in claim.roles.items())
        )
        for claim in report.claims
    ]
    facts = {fact.id: fact for fact in report.facts}
    return page(
        "read.html.j2",
        language,
        report=report,
        name=name,
        blocks=blocks,
        fates=fates,
        counts=Counter(fates.values()),
        claims=stated,
        tables=[Understood(table, tuple(column for column in table.columns if column.dimensions)) for table in report.tables],
        unbound=[number for number in numbers.all if not number.facts],
        quality=pair(quality(report, words("zh")), quality(report, words("en"))),
        data={"numbers": numbers_data(numbers.all, facts, {})},
    )
