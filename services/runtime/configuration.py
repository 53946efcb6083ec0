"""A YAML file that people write, as a model; every mistake in it is reported with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]
Mistakes = Iterable[tuple[Location, str]]


class ConfigurationError(Exception):
    """A file that cannot be used; the message names file and line of every mistake."""


class Section(BaseModel):
    """A part of such a file: a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: Any) -> Any:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:  # an impossible port raises
        raise ValueError("not an http(s) URL")
    if parts.username or parts.password:
        raise ValueError("a URL carries no user name or password here")
    return value


def some(values: tuple[T, ...]) -> tuple[T, ...]:
    """For a list that must not be empty. Raises ValueError."""
    if not values:
        raise ValueError("at least one is needed")
    return values


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""``90s``, ``15m``, ``6h``, ``3d``."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http(s) URL without a password in it."""


def load(path: Path, model: type[M], further: Callable[[M], Mistakes] = lambda _: ()) -> M:
    """The content of a file. Raises ConfigurationError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return parse(text, str(path), model, further)


def parse(text: str, name: str, model: type[M], further: Callable[[M], Mistakes] = lambda _: ()) -> M:
    """The content of the text of a file called ``name``. ``further`` says what is wrong with a model that is valid in itself.

    Raises ConfigurationError.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{name}:{line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{name}:1: {error}") from error
    mistakes = [f"{name}:{line}: {key!r} is given twice" for line, key in _repeated_keys(tree)]
    try:
        content = model.model_validate(data if data is not None else {})
    except ValidationError as error:
        mistakes += [f"{name}:{_line(tree, part['loc'])}: {_where(part['loc'])}: {part['msg']}" for part in error.errors()]
    else:
        mistakes += [f"{name}:{_line(tree, where)}: {what}" for where, what in further(content)]
        if not mistakes:
            return content
    raise ConfigurationError("\n".join(mistakes))


def repeated(section: str, called: str, ids: Iterable[str]) -> Mistakes:
    """What is wrong with a list ``section`` of things ``called`` so, whose ``id`` must be their own."""
    seen: set[str] = set()
    for place, identifier in enumerate(ids):
        if identifier in seen:
            yield (section, place, "id"), f"another {called} is called {identifier!r}"
        seen.add(identifier)


def _where(location: Location) -> str:
    return ".".join(str(part) for part in location) or "the file"


def _line(node: yaml.Node | None, location: Location) -> int:
    """The 1-based line of the value at ``location``, or of the nearest thing around it that is there."""
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated_keys(node: yaml.Node | None) -> list[tuple[int, str]]:
    """Keys that a mapping has twice: YAML would silently keep the last."""
    found: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append((key.start_mark.line + 1, key.value))
            seen.add(str(key.value))
            found += _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            found += _repeated_keys(child)
    return found
