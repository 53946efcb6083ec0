"""Files at hand as documents: everything in a folder or a ZIP archive, published through the desk as if it had been found.

A file's address is made of its path in the collection, so that the same file is the same version however often it is imported,
and a changed one the next version. Nothing is written but to the archive, nothing outside of the folder is read, and no file
can cost more than its limit.
"""

from __future__ import annotations

import asyncio
import os
import stat
import zipfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from services.content.names import is_junk, member_name, name_of
from services.content.sniff import DOCUMENTS, HTML, sniff
from services.fetcher.desk import Desk
from services.fetcher.found import NO_SERVER, Found, Kept
from services.fetcher.sources import Limits

SOURCE = "import"
"""The source id of what is imported."""

URN = "urn:gouji:import:"
_MEMBERS_MOST = 200_000
_RATIO, _SMALL = 100, 1024**3  # an archive that unpacks to so many times its size, and to so many bytes, is a bomb
_ADDRESS_LONGEST = 2000
_CHUNK = 1024**2
_IN_HAND_SECONDS = 20


class Unusable(Exception):
    """A collection that cannot be imported, or one file of it; ``reason`` is a stable short name, the text is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Item:
    """One file of a collection: its path in it, and its bytes (at most so many; raises Unusable)."""

    path: str
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Collection:
    """What is to be imported, in an order that does not change from one time to the next."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Imported:
    """What became of one file: ``new``, ``changed``, ``unchanged``, or ``refused`` with the reason and its explanation."""

    path: str
    outcome: str
    reason: str | None = None
    detail: str | None = None


@contextmanager
def collected(target: Path) -> Iterator[Collection]:
    """The files of a folder or a ZIP archive, hidden and meaningless ones left out. Raises Unusable."""
    if target.is_dir():
        yield Collection(target.resolve().name, tuple(_files(target)))
        return
    try:
        archive = zipfile.ZipFile(target)
    except OSError as error:
        raise Unusable("unavailable", f"{target}: {error.strerror}") from error
    except Exception as error:  # a damaged directory raises whatever its damaged field raises
        raise Unusable("damaged", f"{target} is neither a folder nor a ZIP archive that can be read: {error}") from error
    with archive:
        yield Collection(target.stem, tuple(_members(archive, target)))


def address(path: str, name: str, base: str | None) -> str:
    """Where a file is said to be: below ``base``, else a URN of the collection's name and the path.

    >>> address("2024/决算.pdf", "a", None)
    'urn:gouji:import:a/2024/%E5%86%B3%E7%AE%97.pdf'
    """
    start = f"{URN}{quote(name)}/" if base is None else base if base.endswith("/") else f"{base}/"
    return start + quote(path)


async def import_all(
    collection: Collection, desk: Desk, *, name: str, base: str | None, published: str | None, together: int = 4
) -> AsyncGenerator[Imported, None]:
    """Publish what is not published yet, ``together`` files at a time; yields what became of each, as it is done.

    Raises Unavailable: what was yielded is safe then, and importing again goes on where this one ended.
    """
    waiting: set[asyncio.Task[Imported]] = set()
    seen: set[str] = set()
    try:
        for item in collection.items:
            if item.path in seen:
                yield Imported(item.path, "refused", "repeated", "another file of the archive has the same name")
                continue
            seen.add(item.path)
            waiting.add(asyncio.create_task(_import(item, desk, address(item.path, name, base), published)))
            if len(waiting) >= together:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        for finished in asyncio.as_completed(tuple(waiting)):
            yield await finished
    finally:
        if waiting:  # what is in hand is finished: between publishing and remembering is no good place to end
            await asyncio.wait(waiting, timeout=_IN_HAND_SECONDS)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _import(item: Item, desk: Desk, url: str, published: str | None) -> Imported:
    try:
        if len(url) > _ADDRESS_LONGEST:
            raise Unusable("name", "its path is too long for an address")
        body = await asyncio.to_thread(item.read, int(Limits().size))
        media_type = await asyncio.to_thread(sniff, body)
        if not body:
            raise Unusable("empty", "it has no bytes")
        if media_type not in DOCUMENTS and media_type != HTML:
            raise Unusable("media_type", f"it is no document, but {media_type}")
    except Unusable as error:
        return Imported(item.path, "refused", error.reason, str(error))
    kept = Kept(
        url=url,
        name=item.path.rpartition("/")[2],
        media_type=media_type,
        sha256=await desk.keep(body),
        size=len(body),
        fetched_at=datetime.now(UTC),
        status=NO_SERVER,
        headers={},
    )
    (change,) = await desk.deliver(SOURCE, [Found(kept, published=published)])
    return Imported(item.path, change.value)


def _files(folder: Path) -> Iterator[Item]:
    """The regular files in and below a folder, in order of their paths."""
    root = os.fsencode(folder)
    for where, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if not each.startswith(b"."))
        for name in sorted(names):
            full = os.path.join(where, name)  # noqa: PTH118 - bytes: a name need not be text
            path = "/".join(name_of(part) for part in os.path.relpath(full, root).split(os.sep.encode()))
            if not name.startswith(b".") and not is_junk(path):
                yield Item(_plain(path), lambda most, full=full: _read_file(full, root, most))  # type: ignore[misc]


def _read_file(full: bytes, root: bytes, most: int) -> bytes:
    inside = os.path.realpath(root)
    if os.path.commonpath((inside, os.path.realpath(full))) != inside:
        raise Unusable("link", "it is a link out of the folder")
    try:
        descriptor = os.open(full, os.O_RDONLY | os.O_NONBLOCK)  # a pipe must not be waited for
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise Unusable("media_type", "it is no file, but a pipe or a device")
            if about.st_size > most:
                raise Unusable("too_large", f"{about.st_size:,} bytes, more than the {most:,} that a document may have")
            return file.read(most)
    except OSError as error:
        raise Unusable("unavailable", error.strerror or str(error)) from error


def _members(archive: zipfile.ZipFile, target: Path) -> Iterator[Item]:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > _MEMBERS_MOST or unpacked > max(_SMALL, _RATIO * target.stat().st_size):
        raise Unusable("bomb", f"{target} has {len(infos):,} files of {unpacked:,} bytes: more than is unpacked")
    for info in sorted(infos, key=lambda info: info.header_offset):
        name = member_name(info)
        if not is_junk(name) and not name.rpartition("/")[2].startswith("."):
            yield Item(_plain(name), lambda most, info=info: _read_member(archive, info, most))  # type: ignore[misc]


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Unusable("too_large", f"more than the {most:,} bytes that a document may have")
                chunks.append(chunk)
    except Unusable:
        raise
    except RuntimeError as error:  # zipfile's word for a password that is asked for
        raise Unusable("password", "it is protected by a password") from error
    except Exception as error:  # a damaged member raises whatever its damaged part raises
        raise Unusable("damaged", f"it is damaged: {error}") from error
    return b"".join(chunks)


def _plain(path: str) -> str:
    """A path without anything that leads elsewhere, or that is no sign: it is part of an address and of what people read."""
    parts = ("".join(sign for sign in part if sign.isprintable()).strip() for part in path.split("/"))
    return "/".join(part for part in parts if part not in ("", ".", ".."))
