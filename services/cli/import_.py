"""``gouji import``: publishes files at hand."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.output import fail, send
from services.cli.quiet import quiet
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    from services.fetcher.importing import Collection, Imported
    from services.runtime.settings import Settings

REFUSED = 1
STOPPED = 130
"""What a shell calls a command that Ctrl-C ended."""
OUTCOMES = ("new", "changed", "unchanged", "refused")


def command(
    language: LanguageOption,
    target: Annotated[Path, typer.Argument(metavar="DIR|ZIP", help="A folder, or a ZIP archive.", exists=True)],
    base: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="The address below which the files stood, where they had one.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", help="What the collection is called in the addresses of its files; its own name without."),
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option(
            "--published", formats=["%Y-%m-%d"], metavar="DATE", help="When the files were published, where they do not say."
        ),
    ] = None,
) -> None:
    """Publish files at hand, as if they had been found on a site: to fill in the years before the watching began.

    \b
    gouji import mirror/
    gouji import --base-url https://czj.example.gov.cn/yjsgk/ mirror/
    gouji import --name qinghe-2023 --published 2023-02-20 2023.zip

    Every document in and below the folder is archived, given the next version at its address and published to the broker. The
    address is --base-url and the path, else a URN of the collection's name and the path. Importing again publishes only what
    is new or changed: after Ctrl-C, or when a part was away, the same command goes on where it ended.
    Uses KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL and GOUJI_ARCHIVE_URL. Hidden files are passed over.
    Exit code: 0, 1 some files were refused, 2 nothing could be imported, or a part is away, or a wrong option, 130 stopped.
    """
    import asyncio

    from services.fetcher.importing import Unusable, collected
    from services.runtime.configuration import check_web_address
    from services.runtime.errors import Unavailable
    from services.runtime.settings import Settings

    say = words(language)
    counts: Counter[str] = Counter()
    day = published.date().isoformat() if published else None
    try:
        if base is not None:
            check_web_address(base)
        with quiet(), collected(target) as collection:
            asyncio.run(_import(collection, Settings(), counts, say, name=name or collection.name, base=base, published=day))
    except (Unusable, ValueError) as error:
        fail(str(error))
    except Unavailable as error:
        fail(f"{error}; {_counted(counts, say)}; {say['import_again']}")
    except KeyboardInterrupt:
        typer.echo(f"gouji: {_counted(counts, say)}; {say['import_again']}", err=True)
        raise typer.Exit(STOPPED) from None
    send(_counted(counts, say) + "\n", None)
    if counts["refused"]:
        raise typer.Exit(REFUSED)


async def _import(collection: Collection, settings: Settings, counts: Counter[str], say: Words, **terms: Any) -> None:
    from contextlib import aclosing

    from services.cli.desk import parts
    from services.fetcher.desk import Desk
    from services.fetcher.importing import import_all

    async with parts(settings) as here:
        desk = Desk(here.archive, here.state, here.out)
        with _bar(len(collection.items), say["import_doing"]) as advance:
            async with aclosing(import_all(collection, desk, **terms)) as outcomes:
                async for each in outcomes:
                    counts[each.outcome] += 1
                    advance(each)


@contextmanager
def _bar(total: int, doing: str) -> Iterator[Any]:
    """A function to call with every file that is done: it moves a bar on a terminal, and says what was refused."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from services.cli.plain import plain

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(doing, total=total)

        def advance(each: Imported) -> None:
            if each.outcome == "refused":
                console.print(plain(f"{each.path}: {each.detail}"))
            progress.advance(task)

        yield advance


def _counted(counts: Counter[str], say: Words) -> str:
    return "  ".join(f"{say[f'change_{outcome}']} {counts[outcome]}" for outcome in OUTCOMES)
