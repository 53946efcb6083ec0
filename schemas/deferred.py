"""Regular expressions compiled when they are first used."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


def deferred(source: str) -> re.Pattern[str]:
    """``re.compile(source)`` put off to the first use: for what few documents hold. Compiling is a fifth of a check's start."""
    return cast("re.Pattern[str]", _Deferred(source))


class _Deferred:
    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source)

    def __getattr__(self, name: str) -> Any:
        """What the compiled pattern has under this name. It is kept: the next time it is the object's own."""
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found
