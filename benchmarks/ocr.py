"""How well scans are read: real PDFs rasterised, recognised, and compared number by number with their text layer.

    python -m benchmarks.ocr [--verbose] [FILE.pdf ...]

The text layer's reading is proved cell by cell elsewhere (tests/corpus/test_tables.py). A number of a table is right if it
stands in the same table, row and column; one of the text if it stands between the same numbers. A wrong number is *silent*
if nothing marks it as doubtful (confidence below 0.9). Both readings are checked, too: an error, or something said to be
missing, that is reported of the scan alone is one that misreading caused.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.scans import rasterised
from schemas.ids import document_id
from schemas.validation import Category, Severity
from services.parser.layout import Grid, Layout, TextBlock
from services.parser.readers import read
from services.parser.report import assemble
from services.validator.check import check

CORPUS = Path(os.environ.get("GOUJI_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
SURE = 0.9
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)*%?")
_AMOUNT = re.compile(r"-?[\d,]+(?:\.\d+)?%?")


@dataclass(slots=True)
class Score:
    """Counts of numbers. ``silent`` are wrong or invented and marked by nothing; ``doubted`` right but marked. ``errors`` are
    those that checking the text layer's reading reports, contents said to be missing included; ``errors_again`` those of them
    that checking the scan reports too, and ``errors_added`` those that it reports besides."""

    pages: int = 0
    amounts: int = 0
    right: int = 0
    doubted: int = 0
    silent: int = 0
    numbers: int = 0
    numbers_right: int = 0
    numbers_doubted: int = 0
    numbers_silent: int = 0
    errors: int = 0
    errors_again: int = 0
    errors_added: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def row(self, name: str) -> str:
        return (
            f"| {name} | {self.pages} | {self.right}/{self.amounts} = {self.right / max(1, self.amounts):.2%} | {self.doubted} "
            f"| {self.silent} | {self.numbers_right}/{self.numbers} = {self.numbers_right / max(1, self.numbers):.2%} "
            f"| {self.numbers_doubted} | {self.numbers_silent} "
            f"| {self.errors_again}/{self.errors} | {self.errors_added} | {self.seconds / max(1, self.pages):.1f} "
            f"| {self.cpu / max(1, self.pages):.1f} |"
        )


HEAD = (
    "| document | pages | table amounts right | doubted | silently wrong | numbers of the text right | doubted "
    "| silently wrong | errors found again | added | s/page | CPU s/page |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def compare(truth: Layout, found: Layout, verbose: bool = False) -> Score:
    """What of the truth was found."""
    score = Score(pages=len(truth.pages))
    grids = _aligned(list(_grids(truth)), list(_grids(found)))
    for own, other in grids:
        _compare_grids(score, own, other, verbose)
    _compare_texts(score, truth, found, verbose)
    _compare_errors(score, truth, found, verbose)
    return score


def _grids(layout: Layout) -> Iterator[Grid]:
    return (block for block in layout.blocks if isinstance(block, Grid))


def _aligned(truth: list[Grid], found: list[Grid]) -> Iterator[tuple[Grid | None, Grid | None]]:
    """Tables in pairs: the next ones that begin on the same page."""
    rest = list(found)
    for grid in truth:
        match = next((other for other in rest if other.pages[0] == grid.pages[0]), None)
        if match is not None:
            rest.remove(match)
        yield grid, match
    yield from ((None, grid) for grid in rest)


def _compare_grids(score: Score, truth: Grid | None, found: Grid | None, verbose: bool) -> None:
    own = _amounts(truth) if truth else {}
    other = _amounts(found) if found else {}
    score.amounts += len(own)
    for place, (text, _) in own.items():
        again = other.get(place)
        if again and again[0] == text:
            score.right += 1
            score.doubted += again[1] < SURE
        elif verbose:
            print(f"  table {truth.pages if truth else None} {place}: {text} read as {again}")
    for place, (text, confidence) in other.items():
        if confidence >= SURE and own.get(place, ("",))[0] != text:
            score.silent += 1
            if verbose:
                print(f"  silent {found.pages if found else None} {place}: {text} {confidence} for {own.get(place)}")


def _amounts(grid: Grid) -> dict[tuple[int, int], tuple[str, float]]:
    cells = {(cell.row, cell.column): ("".join(cell.text.split()), cell.confidence) for cell in grid.cells}
    return {place: cell for place, cell in cells.items() if _AMOUNT.fullmatch(cell[0]) and any(map(str.isdigit, cell[0]))}


def _compare_texts(score: Score, truth: Layout, found: Layout, verbose: bool) -> None:
    own, other = list(_numbers(truth)), list(_numbers(found))
    score.numbers += len(own)
    matcher = SequenceMatcher(None, [text for text, _ in own], [text for text, _ in other], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            score.numbers_right += b - a
            score.numbers_doubted += sum(confidence < SURE for _, confidence in other[c:d])
            continue
        score.numbers_silent += sum(confidence >= SURE for _, confidence in other[c:d])
        if verbose:
            print(f"  text: {own[a:b]} read as {other[c:d]}")


def _numbers(layout: Layout) -> Iterator[tuple[str, float]]:
    for block in layout.blocks:
        if isinstance(block, TextBlock):
            for number in _NUMBER.finditer(block.text):
                yield number[0], block.certainty(number.start(), number.end())


def _compare_errors(score: Score, truth: Layout, found: Layout, verbose: bool) -> None:
    own, other = _errors(truth), _errors(found)
    score.errors, score.errors_again = own.total(), (own & other).total()
    score.errors_added = (other - own).total()
    if verbose:
        for error in sorted((own - other).elements()):
            print(f"  error of the text layer alone: {error}")
        for error in sorted((other - own).elements()):
            print(f"  error of the scan alone: {error}")


def _errors(layout: Layout) -> Counter[tuple[str, str]]:
    """The rule of every error, and of everything said to be missing, with what is stated, or what it is about."""
    found = check(assemble(layout, document_id(b""))).discrepancies
    grave = [item for item in found if item.severity is Severity.ERROR or item.category is Category.MISSING_CONTENT]
    return Counter((item.rule, "".join((item.stated or item.subject).split())) for item in grave)


def measure(path: Path, verbose: bool) -> Score:
    """Rasterises, reads and compares one PDF."""
    body = path.read_bytes()
    truth = read(body)
    scan = rasterised(body)
    started, cpu = time.perf_counter(), time.process_time()
    found = read(scan)
    score = compare(truth, found, verbose)
    score.seconds, score.cpu = time.perf_counter() - started, time.process_time() - cpu
    return score


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.ocr", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "files", nargs="*", type=Path, help="PDFs with a text layer; by default the corpus' five with known tables"
    )
    parser.add_argument("--verbose", action="store_true", help="print every number that was not read right")
    options = parser.parse_args(None if arguments is None else list(arguments))
    files = options.files or [CORPUS / f"{path.stem}.pdf" for path in sorted((CORPUS / "tables").glob("*.json"))]
    total = Score()
    print(HEAD)
    for path in files:
        score = measure(path, options.verbose)
        total += score
        print(score.row(path.stem), flush=True)
    print(total.row("all"))


if __name__ == "__main__":
    main()
