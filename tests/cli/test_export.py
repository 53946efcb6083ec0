"""What is exported is what is stored, and nothing in it is a formula."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path

import asyncpg
import openpyxl
import pypdfium2
import pytest
from frictionless import Package

from schemas.validation import Discrepancy, Severity
from services.cli.export.workbook import DETAIL, HEADING_ROW, OVERVIEW
from services.cli.formats.machine import FORMULA
from tests.cli.conftest import Gouji
from tests.cli.stored import EVIL, discrepancies, evil

pytestmark = pytest.mark.postgres
ALL = ("--severity", "error", "--severity", "warning", "--severity", "rounding")


def fetch(dsn: str, query: str) -> list[asyncpg.Record]:
    async def run() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_json_lines_are_the_events_that_were_stored(gouji: Gouji, asked: str) -> None:
    result = gouji("export", "--format", "jsonl", *ALL)
    assert result.exit_code == 0
    exported = {d.discrepancy_id: d for d in map(Discrepancy.model_validate_json, result.stdout.splitlines())}
    for event in discrepancies():
        assert exported.pop(event.discrepancy_id) == event
    assert set(exported) == {evil().discrepancy_id}


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (("--issuer", "图书馆"), 3),
        (("--issuer", "图_馆"), 0),
        (("--region", "青禾区", "--year", "2024"), 6),
        (("--year", "1999"), 0),
        (("--since", "2025-08-20"), 10),
        (("--since", "2025-08-21"), 0),
        (("--closed", "--issuer", "图书馆"), 3),
    ],
)
def test_only_what_is_selected(gouji: Gouji, asked: str, options: tuple[str, ...], number: int) -> None:
    assert len(gouji("export", "--format", "jsonl", *options).stdout.splitlines()) == number


def test_rounding_is_exported_where_it_is_asked_for(gouji: Gouji, asked: str) -> None:
    rounding = sum(d.severity is Severity.ROUNDING for d in discrepancies())
    assert len(gouji("export", "--format", "jsonl", "--severity", "rounding").stdout.splitlines()) == rounding
    assert len(gouji("export", "--format", "jsonl").stdout.splitlines()) == len(discrepancies()) + 1 - rounding


def test_csv_has_no_formula_and_a_byte_order_mark_where_excel_reads_it(gouji: Gouji, asked: str, tmp_path: Path) -> None:
    file = tmp_path / "found.csv"
    assert gouji("export", "-o", file, *ALL).exit_code == 0
    text = file.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    printed = gouji("export", *ALL).stdout
    assert printed == text.removeprefix("\ufeff").replace("\r\n", "\n"), "but not where a program reads it"
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == len(discrepancies()) + 1
    for row in rows:
        for cell in row.values():
            assert cell[:1] not in FORMULA or cell == "" or cell.lstrip("-").rstrip("%万元").replace(".", "").isdigit()
    wild = next(row for row in rows if row["discrepancy_id"] == evil().discrepancy_id)
    assert wild["issuer"] == wild["quote"] == "'" + EVIL
    assert gouji("export", "--no-bom", "-o", file).exit_code == 0 and file.read_bytes()[:3] != b"\xef\xbb\xbf"


def test_the_workbook_has_a_sheet_a_document_whose_counts_are_those_of_the_overview(
    gouji: Gouji, asked: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.xlsx"
    assert gouji("export", "--format", "xlsx", "-o", file, *ALL, "--lang", "zh").exit_code == 0
    book = openpyxl.load_workbook(file)
    overview, *sheets = book.worksheets
    names = [name for name, _ in OVERVIEW]
    rows = [dict(zip(names, row, strict=True)) for row in overview.iter_rows(min_row=HEADING_ROW + 1, values_only=True)]
    stored = Counter(d.severity.value for d in (*discrepancies(), evil()))
    assert [rows[-1][name] for name in ("errors", "warnings", "roundings")] == [stored[s.value] for s in Severity]
    assert [row["sheet"] for row in rows[:-1]] == [sheet.title for sheet in sheets]
    columns = [name for name, _ in DETAIL]
    listed = Counter()
    for sheet, row in zip(sheets, rows, strict=False):
        found = [dict(zip(columns, line, strict=True)) for line in sheet.iter_rows(min_row=HEADING_ROW + 1, values_only=True)]
        assert len(found) == row["errors"] + row["warnings"] + row["roundings"]
        listed.update(line["rule"].splitlines()[1] for line in found)
        assert sheet.freeze_panes == f"A{HEADING_ROW + 1}" and sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert listed == Counter(d.discrepancy_id[:8] for d in (*discrepancies(), evil()))
    growth = next(d for d in discrepancies() if d.rule == "claim.growth")
    line = next(r for r in sheets[-1].iter_rows(values_only=True) if r[-1] and str(r[-1]).startswith("claim.growth"))
    shown = dict(zip(columns, line, strict=True))
    assert (shown["place"], shown["stated"], shown["arithmetic"]) == ("第18页", growth.stated, growth.message.zh)
    assert growth.evidence[0].quote in shown["quote"]


def test_nothing_in_the_workbook_is_a_formula_or_a_link_to_a_script(gouji: Gouji, asked: str, tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    gouji("export", "--format", "xlsx", "-o", file)
    cells = [
        cell for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    wild = [cell for cell in cells if str(cell.value).startswith("=")]
    assert wild and all(cell.quotePrefix for cell in wild), "nor does it become one when somebody edits it"
    targets = [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert targets and all(target.startswith("https://www.example.gov.cn/") for target in targets)


def test_the_workbook_of_gouji_check_has_what_was_checked_and_what_could_not_be(
    gouji: Gouji, wrong: Path, clean: Path, tmp_path: Path
) -> None:
    file = tmp_path / "list.xlsx"
    result = gouji("check", wrong, clean, tmp_path / "missing.pdf", "--only", "claim.*", "--format", "xlsx", "-o", file)
    assert result.exit_code == 2
    book = openpyxl.load_workbook(file)
    assert len(book.worksheets) == 4
    texts = [" ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value) for sheet in book.worksheets]
    assert "16.67%" in texts[1] and "nothing found that does not agree" in texts[2] and "there is no such file" in texts[3]
    assert gouji("check", wrong, "--format", "xlsx").exit_code == 2, "it needs a file"


def test_libreoffice_opens_the_workbook(gouji: Gouji, asked: str, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice here (Debian: apt-get install libreoffice-calc-nogui)")
    gouji("export", "--format", "xlsx", "-o", tmp_path / "list.xlsx")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "list.xlsx"], check=True, capture_output=True, timeout=200)
    with pypdfium2.PdfDocument(tmp_path / "list.pdf") as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) >= 4, "the overview and a sheet a document"
    assert any("34.02" in text and "claim.growth" in text for text in pages)


def test_facts_are_a_valid_data_package_with_the_sums_of_the_database(gouji: Gouji, asked: str, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    assert gouji("export", "--format", "package", "-o", folder).exit_code == 0
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]
    read = {resource.name: resource.read_rows() for resource in package.resources}
    assert [len(read[name]) for name in ("reports", "amounts", "measures")] == [
        fetch(asked, f"SELECT count(*) FROM {source}")[0][0]
        for source in (
            "disclosures.report WHERE latest IS NOT NULL",
            "disclosures.fact WHERE unit = 'CNY'",
            "disclosures.fact WHERE unit <> 'CNY'",
        )
    ]
    sums: Counter[tuple[str, str]] = Counter()
    for row in (*read["amounts"], *read["measures"]):
        sums[row["concept"], row["unit"]] += Decimal(row["value"])
    stored = fetch(asked, "SELECT concept, unit, sum(value) FROM disclosures.fact GROUP BY 1, 2")
    assert sums == {(concept, unit): total for concept, unit, total in stored}
    names = {(row["function"], row["function_name"]) for row in read["amounts"] if row["function"]}
    assert ("21303", "水利") in names
    typed = {f.name: f.custom.get("columnType") for f in package.get_resource("amounts").schema.fields}
    assert (typed["value"], typed["year"], typed["phase"]) == ("value", "date:fiscal-year", "phase:id")
    assert "columnType" not in package.get_resource("measures").schema.get_field("value").custom, "a rate is no fiscal amount"
    terms = {(row["axis"], row["id"]) for row in read["terms"]}
    assert {("concept", row["concept"]) for row in read["amounts"]} <= terms


def test_facts_of_some_reports_only(gouji: Gouji, asked: str, tmp_path: Path) -> None:
    gouji("export", "--format", "package", "-o", tmp_path, "--issuer", "图书馆")
    issuers = {row["issuer"] for row in csv.DictReader((tmp_path / "amounts.csv").open(encoding="utf-8"))}
    assert issuers == {"云溪市青禾区图书馆"}
    assert json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["gouji:selection"] == {"issuer": "图书馆"}


def test_what_cannot_be_done_is_said_in_a_sentence(gouji: Gouji, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for arguments, reason in (
        (("--data", tmp_path), "there is no database: set DATABASE_URL, or run gouji up first"),
        (("-f", "xlsx"), "--format xlsx needs --output"),
        (("-o", tmp_path / "no" / "such" / "x.csv"), "its directory does not exist"),
    ):
        result = gouji("export", *arguments)
        assert result.exit_code == 2 and reason in result.stderr and "Traceback" not in result.output
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nothing")
    result = gouji("export")
    assert result.exit_code == 2 and "the database cannot be reached" in result.stderr


def test_a_database_without_disclosures(gouji: Gouji, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    result = gouji("export")
    assert result.exit_code == 2 and "this database has no disclosures" in result.stderr


def test_a_file_that_could_not_be_finished_leaves_the_old_one(
    gouji: Gouji, asked: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from services.cli.export.lines import CsvLines

    file = tmp_path / "found.csv"
    gouji("export", "-o", file, "--year", "2024")
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(CsvLines, "write", full)
    result = gouji("export", "-o", file)
    assert result.exit_code == 2 and "found.csv: No space left on device" in result.stderr
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]
