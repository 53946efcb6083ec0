"""Registers, as people write them (YAML or CSV), → duties. Every mistake in all files is reported at once, with file and line."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from schemas.ids import expectation_id
from schemas.report import Kind, Scope
from services.register.bodies import Body, places_in
from services.register.due import (
    Due,
    Yearly,
    approved,
    fixed,
    plausible,
    read_date,
    read_day_of_year,
    yearly,
)
from services.runtime.configuration import ConfigurationError, Section, Written

T = TypeVar("T")
KINDS = dict.fromkeys(("budget", "预算", "部门预算", "单位预算"), Kind.BUDGET)
KINDS |= dict.fromkeys(("final_accounts", "决算", "部门决算", "单位决算"), Kind.FINAL_ACCOUNTS)
SCOPES = {"department": Scope.DEPARTMENT, "部门": Scope.DEPARTMENT, "unit": Scope.UNIT, "单位": Scope.UNIT, "本级": Scope.UNIT}
_SEPARATORS = str.maketrans(dict.fromkeys(";；、,，/|>", " "))


def _split(value: Any) -> Any:
    """A list from one text: 预算、决算."""
    if isinstance(value, str | int):
        return str(value).translate(_SEPARATORS).split()
    return value


def _region(value: Any) -> Any:
    """Places from province down; in one text, they may be divided or not."""
    places = places_in(value) if isinstance(value, str) and not value.translate(_SEPARATORS).split()[1:] else _split(value)
    if isinstance(places, list | tuple) and any(isinstance(place, int) or str(place).strip().isdigit() for place in places):
        raise ValueError("places are written by name: 上海市 普陀区")
    return places


def _word(names: Mapping[str, T]) -> BeforeValidator:
    def read(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in names:
            return names[value.strip()]
        raise ValueError(f"one of {', '.join(names)} is needed, not {value!r}")

    return BeforeValidator(read)


def _day(value: Any) -> Any:
    day = value if isinstance(value, date) else read_date(value) if isinstance(value, str) else None
    if day is None:
        raise ValueError(f"a date is written 2025-08-31, not {value!r}")
    return day


def _rule(value: Any) -> Any:
    if isinstance(value, date):
        return value
    rule = (read_date(value) or read_day_of_year(value)) if isinstance(value, str) else None
    if rule is None:
        raise ValueError(f"a due date is written 2025-08-31, or 08-31 for every year, not {value!r}")
    return rule


def _by_kind(value: Any) -> Any:
    """``{budget: x, final_accounts: y}``, or one ``x`` for both."""
    return value if value is None or isinstance(value, dict) else {kind.value: value for kind in Kind}


KindWord = Annotated[Kind, _word(KINDS)]
Rule = Annotated[date | Yearly, BeforeValidator(_rule)]
Day = Annotated[date, BeforeValidator(_day)]


class Terms(Section):
    """What can be said of one issuer, or under ``defaults`` of all of a file."""

    region: Annotated[tuple[str, ...], BeforeValidator(_region)] = Field((), description="places from province down")
    kinds: Annotated[tuple[KindWord, ...], BeforeValidator(_split)] = Field((), description="budget 预算, final_accounts 决算")
    scope: Annotated[Scope, _word(SCOPES)] | None = Field(None, description="department (部门), the default, or unit (单位)")
    years: Annotated[tuple[Annotated[int, Field(ge=2000, le=2100)], ...], BeforeValidator(_split)] = Field(
        (), description="fiscal years"
    )
    due: Annotated[dict[KindWord, Rule], BeforeValidator(_by_kind)] = Field(
        {}, description="last day in time: a date, or a day of every year of publication; one for both kinds, or one a kind"
    )
    approved: Annotated[dict[KindWord, Day], BeforeValidator(_by_kind)] = Field(
        {}, description="day of the approval, from which 20 days are counted; one for both kinds, or one a kind"
    )


class Entry(Terms):
    """One issuer of a register."""

    issuer: str = Field(min_length=2, max_length=200)


class _File(Section):
    defaults: Terms = Terms()
    issuers: tuple[Entry, ...]


@dataclass(frozen=True)
class Duty:
    """That one body publishes one disclosure by a day. ``origin`` is ``file:line``; ``sources`` are the ids of the sources
    that name this register."""

    issuer: str
    region: tuple[str, ...]
    kind: Kind
    scope: Scope
    fiscal_year: int
    due: Due
    origin: str = ""
    sources: frozenset[str] = frozenset()

    @cached_property
    def body(self) -> Body:
        """Whose duty it is."""
        return Body(self.issuer, self.region)

    @cached_property
    def id(self) -> str:
        """The id of its expectation."""
        return expectation_id(self.body.full, self.kind, self.scope, self.fiscal_year)


def load_duties(sources: Path) -> tuple[Duty, ...]:
    """The duties of every register that a source names. Raises ConfigurationError."""
    mistakes: list[str] = []
    duties: dict[str, Duty] = {}
    for register, named_by in registers_of(sources).items():
        try:
            found = read_register(register, frozenset(named_by))
        except ConfigurationError as error:
            mistakes += error.lines
            continue
        for duty in found:
            if known := duties.get(duty.id):
                what = f"{duty.kind} {duty.fiscal_year} of {duty.issuer} is in the register already, at {known.origin}"
                mistakes.append(f"{duty.origin}: {what}")
            duties[duty.id] = duty
    if mistakes:
        raise ConfigurationError(*mistakes)
    return tuple(duties.values())


def registers_of(sources: Path) -> dict[Path, set[str]]:
    """The register files that the sources of a folder or file name, each with the ids of these sources.

    What else is in a source is the fetcher's business. Raises ConfigurationError where a file is no YAML.
    """
    files = [sources]
    if sources.is_dir():
        files = [file for kind in ("*.yaml", "*.yml") for file in sorted(sources.rglob(kind)) if not _hidden(file, sources)]
    found: dict[Path, set[str]] = {}
    for file in files:
        data = Written.read(file).data
        entries = data.get("sources", [data]) if isinstance(data, dict) else []
        for entry in entries if isinstance(entries, list) else []:
            names = entry.get("registers") if isinstance(entry, dict) else None
            for name in names if isinstance(names, list) else []:
                register = Path(os.path.normpath(file.parent / str(name)))  # as people know it: links are not followed
                found.setdefault(register, set()).add(str(entry.get("id")))
    return found


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def read_register(file: Path, sources: frozenset[str] = frozenset()) -> list[Duty]:
    """The duties in one register, by its ending YAML or CSV. Raises ConfigurationError."""
    return _read_csv(file, sources) if file.suffix.lower() == ".csv" else _read_yaml(file, sources)


def _read_yaml(file: Path, sources: frozenset[str]) -> list[Duty]:
    written = Written.read(file)
    content = written.content(_File)
    duties: list[Duty] = []
    mistakes: list[str] = []
    for place, entry in enumerate(content.issuers):
        origin = f"{file}:{written.line(('issuers', place))}"
        for found in _duties(entry, content.defaults, origin, sources):
            if isinstance(found, Duty):
                duties.append(found)
            else:
                mistakes.append(written.mistake(("issuers", place, found[0]), found[1]))
    if mistakes:
        raise ConfigurationError(*mistakes)
    return duties


COLUMNS = {
    "issuer": ("issuer", "单位名称", "部门名称", "公开单位", "预算单位", "单位"),
    "region": ("region", "地区", "行政区划"),
    "kinds": ("kinds", "kind", "类型", "类别"),
    "scope": ("scope", "范围", "口径"),
    "years": ("years", "year", "fiscal_year", "年度", "预算年度"),
    "due": ("due", "公开期限", "应公开日期", "截止日期"),
    "approved": ("approved", "批复日期"),
    "note": ("note", "备注"),
}
"""The columns of a CSV, and what they may be headed."""


def _read_csv(file: Path, sources: frozenset[str]) -> list[Duty]:
    """One line an issuer, under headings in Chinese or English; UTF-8, or GB18030 as spreadsheets save it."""
    lines = csv.reader(_text(file).splitlines(keepends=True))
    duties: list[Duty] = []
    mistakes: list[str] = []
    try:
        headings = [_column(heading) for heading in next(lines, [])]
        if wrong := _headings(headings):
            raise ConfigurationError(f"{file}:1: {wrong}")
        for cells in lines:
            origin = f"{file}:{lines.line_num}"
            row = {name: cell.strip() for name, cell in zip(headings, cells, strict=False) if cell.strip() and name != "note"}
            if not row:
                continue
            try:
                entry = Entry.model_validate(row)
            except ValidationError as error:
                mistakes += [f"{origin}: {part['loc'][0]}: {part['msg']}" for part in error.errors()]
                continue
            for found in _duties(entry, Terms(), origin, sources):
                if isinstance(found, Duty):
                    duties.append(found)
                else:
                    mistakes.append(f"{origin}: {found[0]}: {found[1]}")
    except csv.Error as error:
        mistakes.append(f"{file}:{lines.line_num}: {error}")
    if mistakes:
        raise ConfigurationError(*mistakes)
    return duties


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}:1: {error}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigurationError(f"{file}:1: neither UTF-8 nor GB18030")


def _column(heading: str) -> str:
    words = heading.strip()
    return next((name for name, words_of_it in COLUMNS.items() if words.lower() in words_of_it), words)


def _headings(headings: list[str]) -> str | None:
    """What is wrong with the headings of a CSV."""
    known = "; ".join(" or ".join(words) for words in COLUMNS.values())
    if unknown := [heading for heading in headings if heading not in COLUMNS]:
        return f"no column is called {', '.join(map(repr, unknown))}; columns are, separated by commas: {known}"
    if twice := sorted({heading for heading in headings if headings.count(heading) > 1}):
        return f"given twice: {', '.join(twice)}"
    if missing := [name for name in ("issuer", "kinds", "years") if name not in headings]:
        return f"a column is lacking: {', '.join(missing)}; columns are: {known}"
    return None if {"due", "approved"} & set(headings) else "a column due or approved is needed"


def _duties(entry: Entry, defaults: Terms, origin: str, sources: frozenset[str]) -> Iterator[Duty | tuple[str, str]]:
    """The duties of an entry, or ``(field, mistake)``."""
    kinds, years = entry.kinds or defaults.kinds, entry.years or defaults.years
    if not kinds:
        yield "kinds", "no kinds are given, here or under defaults"
    if not years:
        yield "years", "no fiscal years are given, here or under defaults"
    for kind in dict.fromkeys(kinds):
        for year in dict.fromkeys(years):
            try:
                due = _due(entry, defaults, kind, year, several=len(set(years)) > 1)
            except ValueError as error:
                yield "due", str(error)
                continue
            yield Duty(
                entry.issuer.strip(),
                entry.region or defaults.region,
                kind,
                entry.scope or defaults.scope or Scope.DEPARTMENT,
                year,
                due,
                origin,
                sources,
            )


def _due(entry: Terms, defaults: Terms, kind: Kind, year: int, *, several: bool) -> Due:
    """The due date of one disclosure, from the entry, else from the defaults. Raises ValueError."""
    terms = next((terms for terms in (entry, defaults) if kind in terms.approved or kind in terms.due), None)
    if terms is None:
        raise ValueError(f"no due date or approval is given for {kind} {year}, here or under defaults")
    if kind in terms.approved and kind in terms.due:
        raise ValueError(f"both a due date and an approval are given for {kind}")
    rule: date | Yearly = terms.approved.get(kind) or terms.due[kind]
    if isinstance(rule, Yearly):
        return yearly(rule, kind, year)
    if several:
        raise ValueError(f"{rule} is of one year, and several are given; give a day of the year (08-31), or an entry a year")
    due = approved(rule) if kind in terms.approved else fixed(rule)
    if not plausible(due.day, kind, year):
        raise ValueError(f"{due.day} is no time at which {kind} {year} could be due")
    return due


def index(duties: Iterable[Duty]) -> dict[tuple[Kind, int, str], list[Duty]]:
    """Duties by kind, fiscal year and each form of their body's name."""
    found: dict[tuple[Kind, int, str], list[Duty]] = {}
    for duty in duties:
        for form in duty.body.forms:
            found.setdefault((duty.kind, duty.fiscal_year, form), []).append(duty)
    return found
