"""The narratives and identities of real documents: numbers bound, relations reproduced, no fact contradicted by mere binding."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import corpus
from schemas.report import Claim, Fact, Kind, Report, Scope
from services.parser.report import build_report

CORPUS = corpus()
DOCUMENTS = sorted([*CORPUS.glob("*.txt"), *CORPUS.glob("*.pdf")])
GOLD = [path for path in sorted((CORPUS / "gold").glob("*.json")) if (CORPUS / f"{path.stem}.txt").is_file()]
RELATIONS = {"growth", "share", "completion", "sum", "share-sum", "direction", "prev-year", "parts", "partial list <= total"}

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not DOCUMENTS, reason=f"no corpus at {CORPUS} (set GOUJI_CORPUS)")]

IDENTITIES = {
    "hanyang-2019-final": ("武汉市汉阳区大数据中心", ("湖北省", "武汉市", "汉阳区"), Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2019),
    "jiangan-2019-final": (
        "武汉市江岸区城市大数据与网格化指挥中心",
        ("湖北省", "武汉市", "江岸区"),
        Scope.DEPARTMENT,
        Kind.FINAL_ACCOUNTS,
        2019,
    ),
    "jianghan-2022-budget": ("江汉区大数据中心", ("江汉区",), Scope.DEPARTMENT, Kind.BUDGET, 2022),
    "panjin-2018-final": ("盘锦市智慧城市运行管理中心", ("辽宁省", "盘锦市"), Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2018),
    "suizhou-2023-final": ("随州市大数据中心", ("湖北省", "随州市"), Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2023),
    "putuo-guihua-2024-final": (
        "上海市普陀区规划和自然资源局",
        ("上海市", "普陀区"),
        Scope.DEPARTMENT,
        Kind.FINAL_ACCOUNTS,
        2024,
    ),
    "putuo-shangwei-dept-2025-budget": ("上海市普陀区商务委员会", ("上海市", "普陀区"), Scope.DEPARTMENT, Kind.BUDGET, 2025),
    "putuo-shangwei-unit-2025-budget": ("上海市普陀区商务委员会", ("上海市", "普陀区"), Scope.UNIT, Kind.BUDGET, 2025),
    "putuo-wanli-2024-budget": (
        "上海市普陀区人民政府万里街道办事处",
        ("上海市", "普陀区", "万里街道"),
        Scope.DEPARTMENT,
        Kind.BUDGET,
        2024,
    ),
    "putuo-wanli-2025-budget": (
        "上海市普陀区人民政府万里街道办事处",
        ("上海市", "普陀区", "万里街道"),
        Scope.DEPARTMENT,
        Kind.BUDGET,
        2025,
    ),
    "template-final": (None, ("上海市",), Scope.DEPARTMENT, Kind.FINAL_ACCOUNTS, 2024),
}


@cache
def report(path: Path) -> Report:
    # without its name: the document must speak for itself
    return build_report(path.read_bytes())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_real_document_is_read_and_known(path: Path) -> None:
    read = report(path)
    found = read.identity
    assert (found.issuer, found.region, found.scope, found.kind, found.fiscal_year) == IDENTITIES[path.stem]

    # at least nine of ten amounts of the text are facts
    assert read.reading.narrative_numbers_bound >= 0.9 * read.reading.narrative_numbers

    # every claim's facts exist, every fact of a text stands where it says
    known = {fact.id: fact for fact in read.facts}
    assert all(id_ in known for claim in read.claims for ids in claim.roles.values() for id_ in ids)
    if path.suffix == ".txt":
        text = path.read_text(encoding="utf-8")
        assert all(text[fact.place.start : fact.place.end] == fact.text for fact in read.facts if fact.source == "narrative")
    else:
        assert all(fact.place.page and fact.place.box for fact in read.facts if fact.source == "narrative")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_almost_no_two_statements_of_one_subject_differ(path: Path) -> None:
    """Two numbers under one key are an error of the document, or of the binding: at most one in a hundred here."""
    read = report(path)
    stated: dict[tuple[Any, ...], set[Decimal]] = defaultdict(set)
    for fact in read.facts:
        if fact.source == "narrative":
            key = (fact.concept, fact.measure, fact.fund, fact.nature, fact.function, fact.economy, fact.item, fact.base)
            stated[(*key, fact.phase, fact.year, fact.unit)].add(fact.value)
    assert sum(len(values) > 1 for values in stated.values()) <= max(1, len(read.facts) // 100)


class Reproduced:
    """Which relations of a gold list the claims of a report reproduce: same place, same arithmetic."""

    def __init__(self, path: Path) -> None:
        document = CORPUS / f"{path.stem}.txt"
        text = document.read_text(encoding="utf-8")
        self._report = report(document)
        self._facts = {fact.id: fact for fact in self._report.facts}
        self._lines = {fact.id: text.count("\n", 0, fact.place.start or 0) + 1 for fact in self._report.facts}

    def __call__(self, relation: dict[str, Any]) -> bool:
        lines = {span["line"] for span in relation["spans"]}
        try:
            computed = Decimal(relation["computed"])
        except InvalidOperation:
            computed = None
        return any(self._shows(claim, relation["kind"], computed) for claim in self._report.claims if self._near(claim, lines))

    def _near(self, claim: Claim, lines: set[int]) -> bool:
        return any(self._lines[id_] in lines for ids in claim.roles.values() for id_ in ids)

    def _play(self, claim: Claim, role: str) -> list[Fact]:
        return [self._facts[id_] for id_ in claim.roles.get(role, ())]

    def _shows(self, claim: Claim, kind: str, computed: Decimal | None) -> bool:
        if kind in ("growth", "prev-year"):
            current, delta = self._play(claim, "current"), self._play(claim, "delta")
            if claim.kind != "change" or not current or not delta:
                return False
            if computed is None:
                return True
            before = current[0].value - delta[0].value
            return bool(before) and abs(abs(delta[0].value / before) * 100 - abs(computed)) < Decimal("0.01")
        if kind in ("share", "completion"):
            upper, lower = ("part", "whole") if kind == "share" else ("actual", "budget")
            above, below = self._play(claim, upper), self._play(claim, lower)
            if claim.kind != kind or not above or not below:
                return False
            if computed is None:
                return above[0].value == 0
            return bool(below[0].value) and abs(above[0].value / below[0].value * 100 - computed) < Decimal("0.01")
        if kind == "direction":
            return claim.kind in ("change", "comparison")
        if kind == "share-sum":
            rates = sum(fact.value for fact in self._play(claim, "rate"))
            return claim.kind == "shares" and computed is not None and abs(rates - computed) < Decimal("0.02")
        parts = self._play(claim, "part")
        if claim.kind != "parts" or not parts:
            return False
        total = sum(part.value for part in parts)
        return computed is None or abs(abs(total) - computed.scaleb(parts[0].scale)) < Decimal(2).scaleb(parts[0].scale - 2)


def test_nineteen_of_twenty_relations_that_readers_found_consistent_are_read_as_claims() -> None:
    missed, wanted = [], 0
    for path in GOLD:
        reproduced = Reproduced(path)
        for relation in json.loads(path.read_text(encoding="utf-8"))["consistent"]:
            kind = relation["kind"]
            if relation["category"].startswith("table") or not (kind in RELATIONS or kind.startswith("sum of")):
                continue
            wanted += 1
            if not reproduced(relation):
                missed.append((path.stem, kind, relation["spans"][0]))
    assert wanted > 150
    assert len(missed) <= 0.05 * wanted, missed
