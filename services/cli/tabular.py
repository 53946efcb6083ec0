"""Rows for people, for programs and for spreadsheets: a table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

Row = Mapping[str, Any]


class Form(StrEnum):
    """How rows are written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


FormOption = Annotated[Form, typer.Option("--format", "-f", help="text for people, json and csv for programs.")]


def as_json(rows: Sequence[Row]) -> str:
    """The rows as one array of objects; dates as ISO 8601 has them."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, default=_plain) + "\n"


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """The columns of the rows under their names; nothing in it is taken for a formula. A list is one cell, divided by blanks."""
    from services.cli.formats.machine import safe

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe(_cell(row[column])) for column in columns])
    return out.getvalue()


def as_table(rows: Sequence[Row], columns: Sequence[str], headings: Sequence[str]) -> Table:
    """The columns of the rows as a table for a terminal."""
    from services.cli.plain import grid

    return grid(headings, [[str(_cell(row[column])) for column in columns] for row in rows])


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "" if value is None else _plain(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
