"""``gouji``: the command line. Each command is a module; heavy imports happen inside the command that needs them."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from services.cli import check, export, fetch, import_, read, register, replay, rules, sources, stored, topics, up

app = typer.Typer(
    name="gouji",
    help="勾稽: reads Chinese government budget disclosures and checks every number against every other that should agree.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gouji {version('gouji')}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")] = False,
) -> None:
    """勾稽: reads Chinese government budget disclosures and checks every number against every other that should agree."""


app.command("check")(check.command)
app.command("read")(read.command)
app.command("rules")(rules.command)
app.command("export")(export.command)
app.command("show")(stored.show)
app.command("search")(stored.search)
app.command("up")(up.command)
app.command("topics")(topics.command)
app.command("replay")(replay.command)
app.command("fetch")(fetch.command)
app.command("import")(import_.command)
app.add_typer(sources.app, name="sources")
app.add_typer(register.app, name="register")


def main() -> None:
    """The entry point of the ``gouji`` script."""
    try:
        app()
    finally:
        gc.freeze()  # what remains goes with the process: nothing is searched for cycles on its way out
