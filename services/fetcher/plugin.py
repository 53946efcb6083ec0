"""Plug-ins: where patterns do not do, a few lines of Python say which links a page has.

A plug-in is the file ``<id>.py`` beside the YAML of the source ``<id>``. It has one or both of two functions::

    from services.fetcher.plugin import Link, Seen

    def links(page: Seen) -> Iterable[Link] | None:
        # the documents and articles that the page leads to; None: read it as any page is read
    def further(page: Seen) -> Iterable[str]:
        # the addresses of the pages that continue this list; where links() reads the page, these and no others

Both are given every page that is read, HTML or not (a JSON list too), in a thread. Addresses may be relative to the page.
What a plug-in names is followed without asking ``allow``; ``deny``, the guard, robots.txt and the limits hold for it as for
everything else. It is code and runs as the fetcher does: it is loaded only from the folder that the operator configured.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from services.fetcher.address import tidy
from services.fetcher.page import Link
from services.runtime.configuration import ConfigurationError, text_of

__all__ = ["Link", "Plugin", "PluginError", "Seen", "load_plugin"]

LINKS_MOST = 5000
"""Links taken from one page; a plug-in that never ends must not either."""


class PluginError(Exception):
    """A plug-in failed on a page; the text says where in which file, and how."""


@dataclass(frozen=True)
class Seen:
    """A page as it came: where it stands (after redirects), its decoded text, and whether the crawl takes it for a list."""

    url: str
    text: str
    listing: bool


@dataclass(frozen=True)
class Plugin:
    """A loaded plug-in. Its methods check what its functions return, and raise PluginError."""

    file: Path
    _links: Callable[[Seen], Iterable[Link] | None] | None
    _further: Callable[[Seen], Iterable[str]] | None

    def links(self, page: Seen) -> tuple[Link, ...] | None:
        """What the page leads to, absolute addresses, each once; null where the plug-in leaves it to the usual reading."""
        given = self._call(self._links, page)
        if given is None:
            return None
        found: dict[str, Link] = {}
        for link in given:
            if not isinstance(link, Link) or not isinstance(link.url, str) or not isinstance(link.text, str):
                raise PluginError(f"{self.file}: links() gave {link!r}, which is no Link of an address and a text")
            if url := tidy(link.url, page.url):
                found.setdefault(url, replace(link, url=url))
        return tuple(found.values())

    def further(self, page: Seen) -> tuple[str, ...]:
        """The pages that continue this one, absolute addresses."""
        found: dict[str, None] = {}
        for address in self._call(self._further, page) or ():
            if not isinstance(address, str):
                raise PluginError(f"{self.file}: further() gave {address!r}, which is no address")
            if url := tidy(address, page.url):
                found[url] = None
        return tuple(found)

    def _call(self, function: Callable[[Seen], Iterable[Any] | None] | None, page: Seen) -> list[Any] | None:
        if function is None:
            return None
        try:
            given = function(page)
            return None if given is None else list(islice(given, LINKS_MOST))
        except Exception as error:
            raise PluginError(f"{_place(self.file, error)}: {type(error).__name__}: {error} (on {page.url})") from error


def load_plugin(folder: Path, source: str) -> Plugin | None:
    """The plug-in of the source called ``source`` in ``folder``; null where it has none. Raises ConfigurationError."""
    file = folder / f"{source}.py"
    if not file.is_file():
        return None
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ConfigurationError(f"{file}:1: a plug-in is a file of its folder, not a link out of it")
    module = ModuleType(f"gouji_source_{source}")
    sys.modules[module.__name__] = module  # dataclasses look themselves up there
    try:  # not imported: an import leaves __pycache__ in the folder, and believes one that it finds there
        exec(compile(text_of(file), str(file), "exec"), module.__dict__)  # noqa: S102 - the operator's own code
    except SyntaxError as error:
        raise ConfigurationError(f"{file}:{error.lineno or 1}: {error.msg}") from error
    except ConfigurationError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigurationError(f"{_place(file, error)}: {type(error).__name__}: {error}") from error
    plugin = Plugin(file, getattr(module, "links", None), getattr(module, "further", None))
    if not callable(plugin._links) and not callable(plugin._further):
        raise ConfigurationError(f"{file}:1: a plug-in has a function links(page), or further(page), or both")
    return plugin


def _place(file: Path, error: BaseException) -> str:
    """``file:line``, the last line of the plug-in itself that the error passed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
    return f"{file}:{lines[-1] or 1}" if lines else str(file)
