"""YAML files that people write, as models; every mistake in them is reported with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from schemas.shipped import SAFE_LOADER

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]
Mistakes = Iterable[tuple[Location, str]]


class ConfigurationError(Exception):
    """Files that cannot be used: ``lines`` has every mistake, as ``file:line: what is wrong``."""

    def __init__(self, *lines: str) -> None:
        self.lines = tuple(dict.fromkeys(lines))
        super().__init__("\n".join(self.lines))


class Section(BaseModel):
    """A part of such a file: a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_DURATION = re.compile(r"(\d{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: Any) -> Any:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else value


def check_web_address(value: str) -> str:
    """The value, where it is an http(s) URL without a password in it. Raises ValueError."""
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
WebAddress = Annotated[str, AfterValidator(check_web_address)]
"""An http(s) URL without a password in it."""


class Written:
    """The content of a YAML file (``data``) that knows in which line each of its values stands."""

    def __init__(self, text: str, name: str) -> None:
        """Raises ConfigurationError where ``text`` is no YAML."""
        self._name = name
        loader = SAFE_LOADER(text)
        try:
            self._tree = loader.get_single_node()
            self.data: Any = None if self._tree is None else loader.construct_document(self._tree)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigurationError(f"{name}:{line}: {error.problem}") from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ConfigurationError(f"{name}:1: {error}") from error
        finally:
            loader.dispose()

    @classmethod
    def read(cls, path: Path) -> Written:
        """The file at ``path``. Raises ConfigurationError."""
        return cls(text_of(path), str(path))

    def content(self, model: type[M], further: Callable[[M], Mistakes] = lambda _: ()) -> M:
        """The content as a model. ``further`` says what is wrong with one that is valid in itself.

        Raises ConfigurationError.
        """
        mistakes = [f"{self._name}:{line}: {key!r} is given twice" for line, key in _repeated_keys(self._tree, set())]
        try:
            content = model.model_validate(self.data if self.data is not None else {})
        except ValidationError as error:
            mistakes += [self.mistake(part["loc"], part["msg"]) for part in error.errors()]
        else:
            mistakes += [self.mistake(where, what) for where, what in further(content)]
            if not mistakes:
                return content
        raise ConfigurationError(*mistakes)

    def mistake(self, location: Location, what: str) -> str:
        """``what`` is wrong with the value at ``location``, as a line for people."""
        where = ".".join(str(part) for part in location) or "the file"
        return f"{self._name}:{self.line(location)}: {where}: {what}"

    def line(self, location: Location) -> int:
        """The 1-based line of the value at ``location``, or of the nearest thing around it that is there."""
        node = self._tree
        line: int = node.start_mark.line + 1 if node else 1
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


def load(path: Path, model: type[M], further: Callable[[M], Mistakes] = lambda _: ()) -> M:
    """The content of a file; ``further`` as in ``Written.content``. Raises ConfigurationError."""
    return Written.read(path).content(model, further)


def parse(text: str, name: str, model: type[M], further: Callable[[M], Mistakes] = lambda _: ()) -> M:
    """The content of the text of a file called ``name``. Raises ConfigurationError."""
    return Written(text, name).content(model, further)


def text_of(path: Path) -> str:
    """The text of a file that people write. Raises ConfigurationError where it cannot be read or is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}:1: {error}") from error


def repeated(section: str, called: str, ids: Iterable[str]) -> Mistakes:
    """What is wrong with a list ``section`` of things ``called`` so, whose ``id`` must be their own."""
    seen: set[str] = set()
    for place, identifier in enumerate(ids):
        if identifier in seen:
            yield (section, place, "id"), f"another {called} is called {identifier!r}"
        seen.add(identifier)


def _repeated_keys(node: yaml.Node | None, seen: set[int]) -> list[tuple[int, str]]:
    """Keys that a mapping has twice, with their lines; YAML would silently keep the last. An anchored part is looked at once."""
    if node is None or id(node) in seen:
        return []
    seen.add(id(node))
    found: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if str(key.value) in keys:
                found.append((key.start_mark.line + 1, key.value))
            keys.add(str(key.value))
            found += _repeated_keys(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            found += _repeated_keys(child, seen)
    return found
