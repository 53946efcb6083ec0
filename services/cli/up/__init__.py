"""``gouji up``: everything on this machine."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli.check import Language
from services.cli.output import fail


def command(
    once: Annotated[
        bool, typer.Option("--once", help="Crawl every source once, end when all is quiet, print what was found.")
    ] = False,
    sources: Annotated[
        Path | None,
        typer.Option(
            "--sources",
            help="Which sites to watch: a folder, or a file (docs/fetching.md). Without it: the sample site.",
            exists=True,
        ),
    ] = None,
    subscriptions: Annotated[
        Path | None,
        typer.Option(
            "--subscriptions",
            help="Who is told of discrepancies, by webhook or Atom feed (docs/subscribing.md): the forwarder runs, too.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", help="Where Kafka, PostgreSQL, the archive and the logs live; may be deleted.")
    ] = Path(".gouji"),
    language: Annotated[Language, typer.Option("--lang", help="Language of the messages.")] = Language.ZH,
) -> None:
    """Run everything on this machine: Kafka, PostgreSQL, the four services, and a view of what flows through them.

    \b
    gouji up                          watch the sample site, until Ctrl-C
    gouji up --once                   see it found, read, checked and stored, then end
    gouji up --sources sources/       watch your own sources
    gouji up --subscriptions subscriptions.yaml

    KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, where set, are used instead of local ones. Where there is neither Java nor a
    broker the same cores run in this process, without Kafka: then every source is crawled once and checked.
    Exit code: 0 ended well, 1 a service or a part could not run, 2 a wrong option.
    """
    import asyncio  # only here: the other commands, which import this one, do without it

    from services.cli.up.session import Session

    if subscriptions is not None:
        _usable(subscriptions)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        code = asyncio.run(Session(data.resolve(), sources, subscriptions, once=once, language=language.value).run())
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)


def _usable(subscriptions: Path) -> None:
    """End the command where the file, or a secret that it names, cannot be used: before anything is started."""
    from services.forwarder.subscriptions import load_subscriptions
    from services.runtime.configuration import ConfigurationError

    try:
        for subscription in load_subscriptions(subscriptions):
            if subscription.webhook:
                subscription.webhook.secret.read()
    except ConfigurationError as error:
        fail(str(error))
