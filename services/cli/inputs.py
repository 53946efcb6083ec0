"""What the arguments of ``check`` and ``read`` name: files, directories, addresses, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"
_TEXTS = (".pdf", ".html", ".htm", ".txt", ".md", ".docx", ".doc", ".wps", ".rtf", ".odt", ".ofd")
_OTHERS = (".xlsx", ".xls", ".et", ".ods", ".zip", ".rar", ".7z", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
EXTENSIONS = frozenset((*_TEXTS, *_OTHERS))
"""Files with another ending are passed over in a directory; named themselves, they are read whatever they are called."""


class Missing(OSError):
    """There is nothing to read at a target; the text says what to do, for people, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Input:
    """The bytes of one document, its file name, and its address where it came from one."""

    body: bytes
    name: str
    url: str | None = None


def targets(arguments: Iterable[str]) -> Iterator[str]:
    """The arguments, each directory replaced by the documents in and under it, in order of name.

    A directory without any stays itself, so that loading it says so. Hidden files and directories are passed over.
    """
    for argument in arguments:
        path = Path(argument)
        found = list(_documents(path)) if argument != STDIN and "://" not in argument and path.is_dir() else []
        yield from found or [argument]


def _documents(directory: Path) -> Iterator[str]:
    for path in sorted(directory.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if path.suffix.lower() in EXTENSIONS and not hidden and path.is_file():
            yield str(path)


def load(target: str) -> Input:
    """The document at a target. Raises ``Missing``, or another OSError, with a reason for people."""
    if target == STDIN:
        return Input(sys.stdin.buffer.read(), "stdin")
    if target.startswith(("http://", "https://")):
        from services.fetcher.download import download

        document = download(target)
        return Input(document.body, document.name, target)
    path = Path(target)
    if path.is_dir():
        endings = " ".join(sorted(EXTENSIONS))
        raise Missing(f"此目录中没有文件；查找的扩展名为 {endings}", f"no document in this directory; looked for {endings}")
    try:
        return Input(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise Missing(
            "没有这个文件；请检查文件名，或给出目录、http(s) 网址，或以 - 表示标准输入",
            "there is no such file; check the name, or give a directory, an http(s) address, or - for standard input",
        ) from None
    except PermissionError:
        raise Missing("您无权读取此文件；请更改其权限", "this file may not be read by you; change its permissions") from None
    except ValueError:  # a NUL in the name
        raise Missing("这不是文件名", "this is not a file name") from None
