"""Two pages of a real document as a scanner delivers them: the same tables, the same numbers in the text, the same errors.

All pages of all documents are measured by ``python -m benchmarks.ocr`` (docs/benchmarks.md).
"""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest

from benchmarks.accuracy import corpus
from benchmarks.ocr import compare
from benchmarks.scans import rasterised
from services.parser.layout import Grid, TextBlock
from services.parser.readers import read

CORPUS = corpus()
DOCUMENTS = sorted((CORPUS / "tables").glob("*.json"))

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not DOCUMENTS, reason=f"no corpus at {CORPUS} (set GOUJI_CORPUS)")]


def test_a_scan_says_what_the_document_says() -> None:
    body = (CORPUS / f"{DOCUMENTS[0].stem}.pdf").read_bytes()
    whole = read(body)
    table = next(block.pages[0] for block in whole.blocks if isinstance(block, Grid) and block.n_rows > 20)
    text = next(
        block.page for block in whole.blocks if isinstance(block, TextBlock) and len(block.text) > 120 and "万元" in block.text
    )
    assert text is not None
    chosen = pdfium.PdfDocument.new()
    chosen.import_pages(pdfium.PdfDocument(body), [table - 1, text - 1])
    buffer = io.BytesIO()
    chosen.save(buffer)
    score = compare(read(buffer.getvalue()), read(rasterised(buffer.getvalue())))
    assert score.amounts > 10 and score.numbers > 5
    assert (score.right, score.silent) == (score.amounts, 0)
    assert score.numbers_right >= 0.98 * score.numbers and score.numbers_silent == 0
    assert score.errors > 0 and score.errors_added == 0, "no error, and nothing missing, because a page is a picture"
