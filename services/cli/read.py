"""``gouji read``: shows what was read of one document, without checking it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.outcome import Problem, loaded, reading
from services.cli.output import destination, fail, send
from services.cli.words import LanguageOption, words


def command(
    target: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A disclosure: a file, an http(s) address, - for stdin.")],
    language: LanguageOption,
    outline: Annotated[bool, typer.Option("--outline", help="Show the outline.")] = False,
    tables: Annotated[
        str | None, typer.Option("--tables", metavar="N,...|all", help="Draw these tables, counted from 1, or all.")
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Show the sentences' claims with the roles of their numbers.")] = False,
    unbound: Annotated[bool, typer.Option("--unbound", help="Show the numbers that are bound to no fact.")] = False,
    quality: Annotated[bool, typer.Option("--quality", help="Show how well the document could be read.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the whole Report as JSON instead (schemas/json).")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Write one self-contained page, every number marked.")
    ] = None,
) -> None:
    """Show what was read of a disclosure: outline, tables, claims, unbound numbers, reading quality.

    \b
    gouji read final-2024.pdf                       everything
    gouji read final-2024.pdf --tables 1,4          two of its tables
    gouji read final-2024.pdf --claims --unbound    what was made of its sentences, and what was not
    gouji read final-2024.pdf --html seen.html      the document beside what was read from it
    gouji read final-2024.pdf --json > report.json

    Exit code: 0 read, 2 it could not be read, or a wrong option.
    """
    try:
        destination(html)
    except OSError as error:
        fail(str(error))
    document = loaded(target)
    report = document if isinstance(document, Problem) else reading(document)
    if isinstance(report, Problem):
        fail(f"{target}: {words(language)['cannot']} [{report.code}]: {report.said(language)}")
    if html is not None:
        from services.cli.pages.read import read_page

        send(read_page(report, Path(target).name, language), html)
    elif as_json:
        send(report.model_dump_json(indent=1) + "\n", None)
    else:
        from services.cli.plain import drawn
        from services.cli.show import Parts, show

        everything = not (outline or tables or claims or unbound or quality)
        try:
            wanted = _tables("all" if everything else tables, len(report.tables), words(language)["read_no_table"])
        except ValueError as error:
            fail(str(error))
        parts = Parts(outline or everything, wanted, claims or everything, unbound or everything, quality or everything)
        send(drawn(lambda console: show(console, report, parts, language)), None)


def _tables(wanted: str | None, present: int, missing: str) -> list[int] | None:
    """0-based indexes of the tables to draw, None for no such part. Raises ValueError with a reason for people."""
    if wanted is None:
        return None
    if wanted == "all":
        return list(range(present))
    chosen = []
    for text in wanted.split(","):
        if not text.strip().isdecimal():
            raise ValueError(f"--tables takes numbers like 1,4 or all, not {wanted!r}")
        if not 1 <= int(text) <= present:
            raise ValueError(missing.format(int(text), present))
        chosen.append(int(text) - 1)
    return chosen
