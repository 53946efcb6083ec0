"""``gouji fetch``: publishes one page or file now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.looking import FOUND_NOTHING, agent, by_rules_of, problems, rows, shown
from services.cli.output import fail, send
from services.cli.quiet import quiet
from services.cli.sources import SourcesOption
from services.cli.tabular import Form, FormOption
from services.cli.words import LanguageOption, words

if TYPE_CHECKING:
    from services.fetcher.once import Look
    from services.fetcher.sources import Source
    from services.runtime.settings import Settings


def command(
    language: LanguageOption,
    url: Annotated[str, typer.Argument(metavar="URL", help="A file, or an article with its files.")],
    source: Annotated[
        str | None, typer.Option("--source", metavar="ID", help="Fetch by the rules of this source, and as found by it.")
    ] = None,
    sources: SourcesOption = Path("sources"),
    local: Annotated[bool, typer.Option("--local", help="Permit private and loopback addresses and any port.")] = False,
    form: FormOption = Form.TEXT,
) -> None:
    """Publish one page or file now, without waiting for its source to be asked, or without a source.

    \b
    gouji fetch https://czj.example.gov.cn/yjsgk/2025/t20250820_1001.html
    gouji fetch --source a-caizheng https://czj.example.gov.cn/yjsgk/2025/a.pdf

    The file, or the article with its own files, is archived and published as a new version, unless it is unchanged since the
    last one. No other link is followed; robots.txt, limits and the guard against private addresses hold.
    Uses KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL and GOUJI_ARCHIVE_URL.
    Exit code: 0 published, or unchanged; 1 there was nothing to publish; 2 a part is away, or a wrong option.
    """
    import asyncio

    from services.runtime.errors import Unavailable
    from services.runtime.settings import Settings

    rules = by_rules_of(source or url, url, sources, local=local)
    try:
        with quiet():
            found = asyncio.run(_publish(url, rules, Settings()))
    except Unavailable as error:
        fail(str(error))
    say = words(language)
    send(shown(rows(found), form, say), None)
    typer.echo(problems(found, say), err=True, nl=False)
    if not found.documents:
        raise typer.Exit(FOUND_NOTHING)


async def _publish(url: str, source: Source, settings: Settings) -> Look:
    from services.cli.desk import parts
    from services.fetcher.once import publish

    async with parts(settings) as here:
        return await publish(url, source, here.archive, here.state, here.out, agent())
