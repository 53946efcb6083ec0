"""How fast PDFs are read, against what the parts alone need: ``python -m benchmarks.reading [FILE...]``.

One process, CPU time, the median of several rounds in turn, so that a busy machine slows all contenders alike:

* floor      - pypdfium2 delivers every character with its box and every path object with its bounds, nothing else;
* layout     - ``services.parser.readers.read``: tables, paragraphs, places;
* report     - ``services.parser.report.build_report``: the layout, and all that is made of it;
* pdfplumber - open, ``extract_text`` and ``extract_tables`` on every page.

Then the time and the memory of the first document repeated to 30, 100 and 300 pages, each in a process of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from services.parser.readers import read
from services.parser.report import build_report

CORPUS = Path(os.environ.get("GOUJI_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
ROUNDS = 5


def floor(body: bytes) -> int:
    """Characters with boxes and path objects with bounds, through pypdfium2's raw API. Returns how many there were."""
    document = pdfium.PdfDocument(body)
    seen = 0
    a, b, c, d = (ctypes.c_double() for _ in range(4))
    box = [ctypes.byref(value) for value in (a, b, c, d)]
    e, f, g, h = (ctypes.c_float() for _ in range(4))
    bounds = [ctypes.byref(value) for value in (e, f, g, h)]
    for page in document:
        text = page.get_textpage()
        for index in range(raw.FPDFText_CountChars(text.raw)):
            raw.FPDFText_GetUnicode(text.raw, index)
            raw.FPDFText_GetCharBox(text.raw, index, *box)
            seen += 1
        for index in range(raw.FPDFPage_CountObjects(page.raw)):
            item = raw.FPDFPage_GetObject(page.raw, index)
            if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_PATH:
                raw.FPDFPageObj_GetBounds(item, *bounds)
                seen += 1
        text.close()
        page.close()
    document.close()
    return seen


def layout(body: bytes) -> int:
    return len(read(body).blocks)


def report(body: bytes) -> int:
    return len(build_report(body).facts)


def pdfplumber(body: bytes) -> int:
    import pdfplumber

    found = 0
    with pdfplumber.open(io.BytesIO(body)) as document:
        for page in document.pages:
            found += len(page.extract_text()) + len(page.extract_tables())
            page.close()
    return found


def cost(contender: Callable[[bytes], int], body: bytes) -> float:
    started = time.process_time()
    contender(body)
    return time.process_time() - started


def compare(files: list[Path], rounds: int) -> None:
    contenders = (floor, layout, report, pdfplumber)
    report(files[0].read_bytes())  # warm
    heads = ("floor", "layout", "report", "plumber", "layout/floor", "report/floor", "plumber/layout")
    print(f"{'CPU ms per page':40} {'pages':>5}" + "".join(f"{head:>15}" for head in heads))
    totals: dict[str, float] = {}
    for file in files:
        body = file.read_bytes()
        document = pdfium.PdfDocument(body)
        pages = len(document)
        document.close()
        times: dict[str, list[float]] = {contender.__name__: [] for contender in contenders}
        for turn in range(rounds):
            for contender in contenders:
                if contender is not pdfplumber or turn < max(1, rounds // 2):
                    times[contender.__name__].append(cost(contender, body))
        medians = {name: statistics.median(values) for name, values in times.items()}
        for name, value in medians.items():
            totals[name] = totals.get(name, 0) + value
        line(file.stem, pages, medians)
    line("all", 0, totals)


def line(name: str, pages: int, seconds: dict[str, float]) -> None:
    each = [seconds[key] * 1000 / (pages or 1) for key in ("floor", "layout", "report", "pdfplumber")]
    ratios = each[1] / each[0], each[2] / each[0], each[3] / each[1]
    print(f"{name:40} {pages or '':>5}" + "".join(f"{value:15.2f}" for value in (*each, *ratios)))


def grow(body: bytes, pages: int) -> bytes:
    """A document repeated up to a number of pages."""
    source, target = pdfium.PdfDocument(body), pdfium.PdfDocument.new()
    while len(target) < pages:
        target.import_pages(source, list(range(min(len(source), pages - len(target)))))
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def grown(file: Path, pages: int) -> None:
    """Prints CPU time and peak memory of reading a document grown to so many pages."""
    body = grow(file.read_bytes(), pages)
    read(file.read_bytes())  # warm
    before = time.process_time()
    read(body)
    spent = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{pages:5} pages {spent:7.2f} s {spent * 1000 / pages:7.2f} ms/page {peak:7.0f} MiB peak")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(CORPUS.glob("*.pdf")))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--grown", type=int, help="only read the first file, grown to so many pages")
    options = parser.parse_args()
    if options.grown:
        grown(options.files[0], options.grown)
        return
    compare(options.files, options.rounds)
    print()
    for pages in (30, 100, 300):
        subprocess.run([sys.executable, "-m", "benchmarks.reading", str(options.files[0]), "--grown", str(pages)], check=True)


if __name__ == "__main__":
    main()
