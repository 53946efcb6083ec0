"""The archive: every document body under its sha256, in a local directory or an object store.

Content-addressed and append-only: a body is written once, never changed, and what is read is checked against its name.
The archive is the evidence, so a body is there before any message about it is sent.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from services.runtime import metrics

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """The archive holds other bytes under this name than the name says."""


class Archive:
    """Bodies by sha256, below ``url``: a directory, or any URL that fsspec has a file system for (``s3://bucket/path``).

    All methods block; call them in a thread from asynchronous code. They raise ``OSError`` where the archive cannot be
    reached, whatever its library calls that. An S3-compatible store is told by ``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID`` and
    ``AWS_SECRET_ACCESS_KEY``, as everywhere; the bucket must be there.
    """

    def __init__(self, url: str) -> None:
        self._files: Any
        self._files, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        self._root = str(root).rstrip("/")
        self._local = isinstance(self._files, LocalFileSystem)
        if self._local:
            metrics.ARCHIVE_FREE.labels(self._root).set_function(self._free)

    def put(self, body: bytes) -> str:
        """Keep ``body`` and return its sha256. Putting the same body again does nothing."""
        digest = hashlib.sha256(body).hexdigest()
        with _reaching():
            if not self._holds(digest, len(body)):
                if self._local:
                    _write(Path(self._path(digest)), body)
                else:  # object stores make an object visible only when it is complete
                    self._files.pipe_file(self._path(digest), body)
        return digest

    def get(self, sha256: str) -> bytes:
        """The body called ``sha256``. Raises FileNotFoundError, Damaged, or ValueError where that is no digest."""
        with _reaching():
            body = bytes(self._files.cat_file(self._path(sha256)))
        if hashlib.sha256(body).hexdigest() != sha256:
            raise Damaged(f"the archived body {sha256} has other bytes: {len(body)} of them")
        return body

    def __contains__(self, sha256: str) -> bool:
        with _reaching():
            return bool(self._files.exists(self._path(sha256)))

    def names(self) -> Iterator[str]:
        """The sha256 of every body."""
        try:
            with _reaching():
                found = self._files.find(self._root)
        except FileNotFoundError:
            return
        yield from (name for path in found if _SHA256.fullmatch(name := str(path).rsplit("/", 1)[-1]))

    def _holds(self, sha256: str, size: int) -> bool:
        try:
            return bool(self._files.size(self._path(sha256)) == size)
        except FileNotFoundError:
            return False

    def _free(self) -> float:
        """The free share of its file system; of a directory that is not there yet, of the nearest one above it."""
        there = next(path for path in (Path(self._root), *Path(self._root).parents) if path.exists())
        usage = shutil.disk_usage(there)
        return usage.free / usage.total

    def _path(self, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a sha256 in hexadecimal: {sha256!r}")
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


@contextmanager
def _reaching() -> Iterator[None]:
    """The errors of an object store's library, as the ``OSError`` that they are to us."""
    try:
        yield
    except (OSError, ValueError):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _write(path: Path, body: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with partial.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
