"""Where a command's output goes: a file, or standard output whose reader may leave early."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

WRONG = 2
"""Exit code of a command that could not do what it was asked."""


def fail(reason: str) -> NoReturn:
    """End the command with a sentence on standard error."""
    typer.echo(f"gouji: {reason}", err=True)
    raise typer.Exit(WRONG)


def destination(file: Path | None) -> None:
    """Raise OSError, with a sentence for people, where ``file`` could not be written: before the work, not after it."""
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        raise OSError(f"cannot write {file}: {'it is a directory' if file.is_dir() else 'its directory does not exist'}")


def send(text: str, file: Path | None, form: str = "") -> None:
    """Write to the file, or to standard output. A CSV file begins with a byte order mark, without which Excel misreads it."""
    if file is not None:
        try:
            with file.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as out:
                out.write(text)
        except OSError as error:
            fail(f"cannot write {file}: {error.strerror}")
        return
    with quiet():
        sys.stdout.write(text)


@contextmanager
def quiet() -> Iterator[None]:
    """Around writing to standard output: whoever reads it may have seen enough (head, less), and nothing went wrong then."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A file beside ``file`` to be written; it takes its place when that went well, and is gone when it did not."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
