"""What is counted of a report that was read."""

from __future__ import annotations

from schemas.report import Identity, Kind, Reading, Report
from services.parser.metrics import count
from services.runtime.metrics import REGISTRY


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def report(source: str, identity: Identity, **reading: object) -> Report:
    return Report(report_id="r", document="d", source=source, identity=identity, reading=Reading.model_validate(reading))


KNOWN = Identity(issuer="青山县水务局", kind=Kind.BUDGET, fiscal_year=2024)


def test_an_identity_with_a_gap_is_unknown() -> None:
    for identity in (KNOWN, KNOWN.model_copy(update={"fiscal_year": None}), Identity()):
        count(report("identities", identity))
    assert value("gouji_parser_reports_total", source="identities", identity="known") == 1
    assert value("gouji_parser_reports_total", source="identities", identity="unknown") == 2


def test_each_page_is_counted_once() -> None:
    count(report("pages", KNOWN, pages=10, unreadable_pages=(3, 4), ocr_pages=(4, 5, 6, 7)))
    pages = {
        reading: value("gouji_parser_pages_total", source="pages", reading=reading) for reading in ("text", "ocr", "unreadable")
    }
    assert pages == {"text": 5, "ocr": 3, "unreadable": 2}


def test_numbers_and_tables_are_counted_by_their_fate() -> None:
    def state() -> tuple[float, ...]:
        numbers = [
            value("gouji_parser_numbers_total", place=place, fate=fate)
            for place in ("table", "narrative")
            for fate in ("bound", "unbound")
        ]
        return (*numbers, value("gouji_parser_tables_total", kind="unrecognised"))

    before = state()
    numbers = {"table_numbers": 9, "table_numbers_bound": 7, "narrative_numbers": 5, "narrative_numbers_bound": 5}
    count(report("numbers", KNOWN, tables_found=4, tables_recognised=3, **numbers))
    assert [after - earlier for after, earlier in zip(state(), before, strict=True)] == [7, 2, 5, 0, 1]
