"""``gouji sources``: what is watched, whether that is written rightly, and what one crawl would find."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.output import destination, fail, send
from services.cli.tabular import Form, FormOption, as_csv, as_json, as_table
from services.cli.words import LanguageOption, words

if TYPE_CHECKING:
    from services.fetcher.sources import Source

app = typer.Typer(no_args_is_help=True, help="What is watched, whether that is written rightly, and what one crawl would find.")
MISTAKEN = 1
COLUMNS = ("id", "publisher", "region", "start", "interval", "windows", "expected", "plugin", "registers")

SourcesArgument = Annotated[
    Path, typer.Argument(envvar="GOUJI_SOURCES", metavar="[SOURCES]", help="The folder, or one file (docs/fetching.md).")
]
SourcesOption = Annotated[
    Path, typer.Option("--sources", envvar="GOUJI_SOURCES", metavar="PATH", help="The folder of sources, or one file.")
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]


@app.callback()
def root() -> None:
    """What is watched, whether that is written rightly, and what one crawl would find."""


def mistakes_in(path: Path) -> list[str]:
    """Every mistake in the sources, their plug-ins and registers, as ``file:line: what is wrong``."""
    from services.fetcher.sources import load_sources
    from services.register.entries import load_duties
    from services.runtime.configuration import ConfigurationError

    found: list[str] = []
    for load in (load_sources, load_duties):
        try:
            load(path)
        except ConfigurationError as error:
            found += error.lines
    return list(dict.fromkeys(found))


@app.command("check")
def check(language: LanguageOption, sources: SourcesArgument = Path("sources")) -> None:
    """Say every mistake in sources, plug-ins and registers, each with file and line.

    \b
    gouji sources check
    gouji sources check sources/a-caizheng.yaml

    Plug-ins are loaded, which runs them; nothing is fetched.
    Exit code: 0 nothing wrong, 1 mistakes.
    """
    if mistakes := mistakes_in(sources):
        send("\n".join(mistakes) + "\n", None)
        raise typer.Exit(MISTAKEN)
    from services.fetcher.sources import load_sources
    from services.register.entries import load_duties

    found = load_sources(sources)
    plugins = sum(source.plugin is not None for source in found)
    send(words(language)["sources_good"].format(len(found), plugins, len(load_duties(sources))) + "\n", None)


@app.command("list")
def list_(
    language: LanguageOption,
    sources: SourcesArgument = Path("sources"),
    form: FormOption = Form.TEXT,
    output: OutputOption = None,
) -> None:
    """List the sources: where each begins, how often it is asked, what is expected of it.

    \b
    gouji sources list
    gouji sources list --format json | jq -r '.[] | select(.plugin) | .id'

    Exit code: 0, 2 the sources cannot be read, or a wrong option.
    """
    rows = [_row(source) for source in loaded(sources)]
    try:
        destination(output)
    except OSError as error:
        fail(str(error))
    if form is Form.JSON:
        send(as_json(rows), output)
    elif form is Form.CSV:
        send(as_csv(rows, COLUMNS), output, "csv")
    else:
        from services.cli.plain import drawn

        headings = [words(language)[f"sources_{name}"] for name in COLUMNS]
        send(drawn(lambda console: console.print(as_table(rows, COLUMNS, headings))), output)


@app.command("try")
def try_(
    language: LanguageOption,
    target: Annotated[str, typer.Argument(metavar="URL|ID", help="A listing page, or the id of a source.")],
    sources: SourcesOption = Path("sources"),
    local: Annotated[bool, typer.Option("--local", help="For a URL: permit private and loopback addresses, any port.")] = False,
    form: FormOption = Form.TEXT,
    output: OutputOption = None,
) -> None:
    """Show what one crawl would find, without publishing or storing anything.

    \b
    gouji sources try https://czj.example.gov.cn/yjsgk/
    gouji sources try a-caizheng --sources sources/

    Every document with its annexes, title, date, kind and size, then what brought nothing and why. robots.txt, pauses, limits
    and the guard against private addresses hold as they do in a crawl; whatever the source's hours are, it is asked now.
    Exit code: 0; 1 nothing was found, or fewer documents than the source expects; 2 there is no such source, or a wrong option.
    """
    import asyncio

    from services.cli.looking import FOUND_NOTHING, agent, by_rules_of, problems, rows, shown
    from services.cli.quiet import quiet
    from services.fetcher.once import look

    try:
        destination(output)
    except OSError as error:
        fail(str(error))
    source = by_rules_of(target, target, sources, local=local)
    with quiet():
        found = asyncio.run(look(source, agent()))
    say = words(language)
    send(shown(rows(found), form, say), output, form.value)
    typer.echo(problems(found, say), err=True, nl=False)
    if len(found.documents) < max(1, source.expected):
        typer.echo(say["look_few"].format(len(found.documents), max(1, source.expected)), err=True)
        raise typer.Exit(FOUND_NOTHING)


def loaded(path: Path) -> tuple[Source, ...]:
    """The sources at a path. Ends the command with every mistake where they cannot be read."""
    from services.fetcher.sources import load_sources
    from services.runtime.configuration import ConfigurationError

    try:
        return load_sources(path)
    except ConfigurationError as error:
        fail(str(error))


def _row(source: Source) -> dict[str, Any]:
    windows = [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in source.schedule.windows]
    return {
        "id": source.id,
        "publisher": source.publisher,
        "region": source.region,
        "start": list(source.start),
        "interval": _short(source.schedule.interval),
        "windows": windows,
        "expected": source.expected or None,
        "plugin": source.plugin.file.name if source.plugin else None,
        "registers": list(source.registers),
    }


def _short(duration: timedelta) -> str:
    """As the YAML has it: 6h, 90m."""
    seconds = int(duration.total_seconds())
    unit, length = next(
        (unit, length) for unit, length in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % length == 0
    )
    return f"{seconds // length}{unit}"
