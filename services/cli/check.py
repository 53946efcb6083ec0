"""``gouji check``: reads and checks files or URLs in this one process, without a broker or a database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.choice import BadChoice, chosen, configured
from services.cli.inputs import targets
from services.cli.outcome import Outcome, Problem, defect, loaded, reading
from services.cli.output import destination, fail, send
from services.cli.words import Language as Language
from services.cli.words import LanguageOption

if TYPE_CHECKING:
    from services.validator.config import Config
    from services.validator.registry import Rule

CLEAN, DISCREPANCIES, UNREADABLE = 0, 1, 2


class Format(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    SARIF = "sarif"
    HTML = "html"
    XLSX = "xlsx"


class Level(StrEnum):
    """From which severity on a discrepancy makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    ROUNDING = "rounding"


def command(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|DIR|URL|-...", help="Disclosures: files, directories of them, http(s) addresses, - for stdin."
        ),
    ],
    language: LanguageOption,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to print the outcome.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")] = None,
    only: Annotated[
        list[str], typer.Option("--only", metavar="RULE", help="Run only this rule; may be repeated, text.* is several.")
    ] = [],  # noqa: B006 - typer's way
    skip: Annotated[list[str], typer.Option("--skip", metavar="RULE", help="Do not run this rule; may be repeated.")] = [],  # noqa: B006
    config: Annotated[
        Path | None, typer.Option("--config", help="YAML of rules switched off or lowered, with reasons (docs/cli.md).")
    ] = None,
    fail_on: Annotated[Level, typer.Option("--fail-on", help="The least severity that makes the exit code 1.")] = Level.ERROR,
    rounding: Annotated[
        bool, typer.Option("--rounding", help="In text and xlsx, also list differences that rounding explains.")
    ] = False,
) -> None:
    """Check disclosures and show what does not agree, with the place, the arithmetic and the probable cause.

    \b
    gouji check final-2024.pdf
    gouji check --format html -o final-2024.html final-2024.pdf
    gouji check --format json report.html > result.json
    gouji check --format sarif disclosures/ > gouji.sarif
    gouji check --format xlsx -o list.xlsx disclosures/
    curl -s https://example.org/budget.pdf | gouji check -

    Several documents in json are printed one JSON object a line. A document that cannot be read does not stop the others.
    Exit code: 0 nothing found, 1 discrepancies found, 2 an input could not be read, or a wrong option.
    """
    from services.cli.formats import render

    try:
        destination(output)
        rules = chosen(only, skip)
        settled = configured(config) if config else None
    except (BadChoice, OSError) as error:
        fail(str(error))
    if form is Format.XLSX and output is None:
        fail("--format xlsx needs --output")
    outcomes = [examine(target, rules=rules, config=settled) for target in progress(list(targets(arguments)))]
    if form is Format.XLSX and output is not None:
        from services.cli.formats.workbook import save_workbook

        save_workbook(outcomes, language.value, output, rounding=rounding)
        raise typer.Exit(_code(outcomes, fail_on))
    send(render(outcomes, form.value, language.value, rounding=rounding, colour=output is None), output, form.value)
    raise typer.Exit(_code(outcomes, fail_on))


def progress(names: list[str]) -> Iterator[str]:
    """The names one by one, with a bar on standard error where that is a terminal and there is something to wait for."""
    if len(names) < 2 or not sys.stderr.isatty():
        yield from names
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(names, description="checking", console=Console(stderr=True), transient=True)


def examine(target: str, *, rules: tuple[Rule, ...] | None = None, config: Config | None = None) -> Outcome:
    """Read and check one file or URL. Never raises for a bad document: the outcome then carries the problem."""
    document = loaded(target)
    report = document if isinstance(document, Problem) else reading(document)
    if isinstance(report, Problem):
        return Outcome(target, problem=report)
    from services.validator.check import check

    try:
        result = check(report, config=config, only=rules)
    except Exception as error:
        return Outcome(target, problem=defect(error))
    return Outcome(target, None, report, result.validation, result.discrepancies)


def _code(outcomes: Iterable[Outcome], fail_on: Level) -> int:
    outcomes = list(outcomes)
    if any(outcome.problem for outcome in outcomes):
        return UNREADABLE
    order = [level.value for level in Level]
    bad = set(order[: order.index(fail_on.value) + 1])
    found = any(d.severity.value in bad for outcome in outcomes for d in outcome.discrepancies)
    return DISCREPANCIES if found else CLEAN
