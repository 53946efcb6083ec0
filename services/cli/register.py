"""``gouji register``: who has not published, who was late."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.expectation import Standing
from services.cli.output import destination, fail, send
from services.cli.tabular import Form, FormOption, as_csv, as_json, as_table
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(no_args_is_help=True, help="The register of expected disclosures: who has not published, who was late.")
COLUMNS = ("standing", "issuer", "kind", "scope", "fiscal_year", "due", "published", "about")
FIELDS = (
    *(
        "standing",
        "issuer",
        "region",
        "kind",
        "scope",
        "fiscal_year",
        "due",
        "basis",
        "published",
        "url",
        "document",
        "report_id",
    ),
    *("noticed_at", "expectation_id"),
)


@app.callback()
def root() -> None:
    """The register of expected disclosures: who has not published, who was late."""


@app.command("status")
def status(
    language: LanguageOption,
    form: FormOption = Form.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    standings: Annotated[list[Standing] | None, typer.Option("--standing", help="Only these; may be repeated.")] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="Only bodies with these words in their name or place.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Only this fiscal year.")] = None,
) -> None:
    """List what the registers expect and how it stands: missing first, then late.

    \b
    gouji register status
    gouji register status --standing missing --standing late --year 2024
    gouji register status --format csv -o missing.csv --standing missing

    Reads the database of DATABASE_URL, where the register service keeps what it announced last. For what is missing it says
    which document might be meant, and why that does not count.
    Exit code: 0, 2 the database cannot be reached or has no register, or a wrong option.
    """
    import asyncio

    import asyncpg

    from services.register.queries import expectations
    from services.runtime.errors import Unavailable
    from services.runtime.settings import Settings

    try:
        destination(output)
        rows = asyncio.run(expectations(Settings().database_url))
    except (Unavailable, OSError, asyncpg.PostgresError, ValueError) as error:
        fail(f"{error} (set DATABASE_URL)")
    if rows is None:
        fail("no register has run on this database yet (docs/register.md)")
    chosen = [
        row
        for row in rows
        if (not standings or row["standing"] in standings)
        and (issuer is None or issuer in "".join((*row["region"], row["issuer"])))
        and year in (None, row["fiscal_year"])
    ]
    if form is Form.JSON:
        send(as_json(chosen), output)
    elif form is Form.CSV:
        send(as_csv(chosen, FIELDS), output, "csv")
    else:
        from services.cli.plain import drawn

        say = words(language)
        send(drawn(lambda console: console.print(_table(chosen, say), counts(chosen, say), sep="\n")), output)


def _table(rows: list[dict[str, Any]], say: Words) -> Table:
    return as_table([_told(row, say) for row in rows], COLUMNS, [say[f"register_{name}"] for name in COLUMNS])


def lines(rows: list[dict[str, Any]], say: Words) -> str:
    """What is expected, a line each, for a log."""
    told = [_told(row, say) for row in rows]
    return "\n".join(
        f"{row['standing']}  {row['issuer']} · {row['fiscal_year']} · {row['kind']} · {row['scope']}  "
        f"{say['register_due']} {row['due']}" + (f"  {say['register_published']} {row['published']}" if row["published"] else "")
        for row in told
    )


def counts(rows: list[dict[str, Any]], say: Words) -> str:
    """How many stand how, in one line."""
    number = Counter(row["standing"] for row in rows)
    return "  ".join(f"{say[f'standing_{standing}']} {number[standing]}" for standing in number) or say["register_none"]


def _told(row: dict[str, Any], say: Words) -> dict[str, Any]:
    """A row in words; of what is missing, the documents that might be meant."""
    near = "; ".join(f"{say['near_' + each['why']]} {each['url']}" for each in row["near"])
    return {
        **row,
        "standing": say[f"standing_{row['standing']}"],
        "kind": say[row["kind"]],
        "scope": say[row["scope"]],
        "about": row["url"] or near,
    }
