"""Harvest code → name from parsed reports, and show where they differ from what is recorded.

The classifications change by year and no complete list is at hand; documents themselves print them. What several documents
of one year print alike, and the record lacks, is a candidate for ``functions.yaml`` or ``economy.yaml``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.report import Report, RowRole
from schemas.taxonomy.codes import Codes, economy, functions, normal_name
from schemas.taxonomy.tables import table_kinds


@dataclass(frozen=True, slots=True)
class Harvest:
    """A code as printed in one fiscal year.

    ``names`` maps each printed name (normalised) to the documents that print it; ``recorded`` is what the taxonomy has for
    that year. ``status`` is ``known``, ``new`` (not recorded), ``conflict`` (recorded otherwise) or ``disputed`` (new, and
    the documents disagree).
    """

    code: str
    year: int | None
    classification: str  # function | economy
    names: dict[str, tuple[str, ...]]
    recorded: str | None

    @property
    def status(self) -> str:
        if self.recorded is None:
            return "new" if len(self.names) == 1 else "disputed"
        return "known" if set(self.names) == {normal_name(self.recorded)} else "conflict"


def harvest(reports: Iterable[Report]) -> list[Harvest]:
    """Every code of every table, by classification, code and year."""
    found: dict[tuple[str, str, int | None], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    kinds = table_kinds()
    for report in reports:
        for table in report.tables:
            kind = kinds.get(table.kind or "")
            for row in table.rows:
                if kind is None or kind.form != "statement" or row.role is not RowRole.DATA or not row.code or not row.label:
                    continue
                if "item" in row.dimensions:  # the label names a body or item, not the code
                    continue
                axis = "economy" if row.code[0] in "35" else "function"
                found[axis, row.code, report.identity.fiscal_year][normal_name(row.label)].add(report.document)
    order = sorted(found.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or 0))
    return [
        Harvest(
            code,
            year,
            axis,
            {name: tuple(sorted(documents)) for name, documents in names.items()},
            _codes(axis).name(code, year),
        )
        for (axis, code, year), names in order
    ]


def _codes(axis: str) -> Codes:
    return economy() if axis == "economy" else functions()
