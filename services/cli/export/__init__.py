"""``gouji export``: what is stored, as files for spreadsheets and programs."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from services.cli.check import Level
from services.cli.database import DATA, DataOption, ask
from services.cli.output import destination, fail, quiet, whole
from services.cli.words import LanguageOption, words

if TYPE_CHECKING:
    import asyncpg

    from services.store.exports import Finding, Selection


class Form(StrEnum):
    """What is written."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    PACKAGE = "package"


def command(
    language: LanguageOption,
    form: Annotated[
        Form,
        typer.Option("--format", "-f", help="csv, jsonl, xlsx: discrepancies. package: facts, as a Tabular Data Package."),
    ] = Form.CSV,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file; of a package the folder. csv and jsonl: else standard output."),
    ] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="Only bodies with this in their name.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Only this region, at any level.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Only disclosures of this fiscal year.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], help="Only what was last seen (of facts: found) on this day (UTC) or later."
        ),
    ] = None,
    severity: Annotated[
        list[Level] | None,
        typer.Option("--severity", help="Only discrepancies of this severity; may be repeated. Default: error and warning."),
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Also discrepancies that are corrected or withdrawn.")] = False,
    bom: Annotated[
        bool | None,
        typer.Option("--bom/--no-bom", help="Begin csv with a byte order mark, which Excel needs. Default: in files only."),
    ] = None,
    data: DataOption = DATA,
) -> None:
    """Export discrepancies or facts from the database.

    \b
    gouji export > discrepancies.csv
    gouji export --format xlsx -o list.xlsx --region 青禾区 --year 2024     a list to work from, one sheet a document
    gouji export --format jsonl --closed --since 2025-07-01 -o events.jsonl
    gouji export --format package -o facts/ --year 2024

    It asks the database of DATABASE_URL, else the one that gouji up keeps. docs/exporting.md explains every column.
    Exit code: 0 written, 2 the database cannot be reached, the output cannot be written, or a wrong option.
    """
    from schemas.validation import Severity, State
    from services.store.exports import Selection

    if output is None and form in (Form.XLSX, Form.PACKAGE):
        fail(f"--format {form.value} needs --output")
    selection = Selection(
        issuer=issuer,
        region=region,
        year=year,
        since=since.date() if since else None,
        severities=tuple(Severity(level.value) for level in severity or (Level.ERROR, Level.WARNING)),
        states=tuple(State) if closed else (State.OPENED, State.CHANGED),
    )
    try:
        if form is Form.PACKAGE and output is not None:
            output.mkdir(parents=True, exist_ok=True)
        else:
            destination(output)
        said = ask(data, lambda connection: _export(connection, selection, form, output, language.value, bom=bom))
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror or error}")
    if output is not None:
        typer.echo(f"{words(language)['export_written'].format(output)}: {said}", err=True)


async def _export(
    connection: asyncpg.Connection, selection: Selection, form: Form, output: Path | None, language: str, *, bom: bool | None
) -> str:
    """Write; returns how much that was, in words."""
    say = words(language)
    if form is Form.PACKAGE:
        from services.cli.export.package import write_package

        assert output is not None
        counts = await write_package(connection, selection, output)
        return ", ".join(f"{number} {say[f'export_{name}']}" for name, number in counts.items())

    from services.store.exports import findings

    async with aclosing(findings(connection, selection)) as found:
        if form is Form.XLSX:
            assert output is not None
            number = await _checklist(found, output, language)
        else:
            number = await _lines(found, form, output, language, bom=bom)
    return f"{number} {say['export_findings']}"


async def _lines(found: AsyncIterator[Finding], form: Form, output: Path | None, language: str, *, bom: bool | None) -> int:
    from services.cli.export.lines import CsvLines, JsonLines

    number = 0
    marked = form is Form.CSV and (output is not None if bom is None else bom)
    with _opened(output) as out:
        if marked:
            out.write("\ufeff")
        lines = CsvLines(out, language) if form is Form.CSV else JsonLines(out)
        async for finding in found:
            lines.write(finding)
            number += 1
    return number


async def _checklist(found: AsyncIterator[Finding], output: Path, language: str) -> int:
    from services.cli.export.workbook import SHEETS, Checklist, TooManyDocuments

    book = Checklist(language, datetime.now(UTC).astimezone().date())
    number = 0
    document: list[Finding] = []
    try:
        async for finding in found:
            number += 1
            if document and document[0].discrepancy.report_id != finding.discrepancy.report_id:
                book.add(document)
                document = []
            document.append(finding)
        if document:
            book.add(document)
    except TooManyDocuments:
        fail(f"more than {SHEETS} documents: choose with --issuer, --region or --year, or take --format csv")
    with whole(output) as partial:
        book.save(partial)
    return number


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        with quiet():
            yield sys.stdout
        return
    with whole(output) as partial, partial.open("w", encoding="utf-8", newline="") as out:
        yield out
