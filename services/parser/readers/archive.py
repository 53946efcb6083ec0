"""ZIP, RAR and 7z archives → one Layout: the main document, then its annexes in order of their names.

Members are unpacked in memory, one at a time, and never under a name of their own on the disk.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from services.content.names import is_junk, member_name
from services.parser.annexes import join
from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import read as read_file
from services.parser.readers.limits import Limits
from services.parser.readers.package import read_member
from services.parser.reasons import Reason, unread

_DOCUMENT = re.compile(r"决算|预算|公开|说明|报告|final|budget", re.I)
_ANNEX = re.compile(r"附件|附表|附\d|表格?\s*\d|明细|目标|绩效|自评|批复|函|通知", re.I)

Member = tuple[str, bytes]


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``bomb``, ``encrypted``, ``damaged``, ``unsupported`` (no unpacker), ``no-content``."""
    if limits.nesting < 1:
        raise Unreadable("nested")
    kind, members = _members(body, limits)
    inner = replace(limits, nesting=limits.nesting - 1, expanded=limits.expanded // 2)
    read_members, failures = list[tuple[str, Layout]](), list[tuple[str, Reason]]()
    for member, content in members:
        try:
            read_members.append((member, read_file(content, PurePosixPath(member).name, inner)))
        except Unreadable as error:
            if error.code == "bomb":
                raise
            failures.append((member, error.reason))
    if not read_members:
        if not failures:
            raise Unreadable("no-member")
        member, why = failures[0]
        raise Unreadable("unread-member", member=member, why_zh=why.zh, why_en=why.en)
    layout = _joined(kind, sorted(read_members, key=_order))
    layout.warnings += [unread(member, why) for member, why in failures]
    return layout


def _members(body: bytes, limits: Limits) -> tuple[str, list[Member]]:
    if body.startswith(b"Rar!"):
        return "rar", list(_rar(body, limits))
    if body.startswith(b"7z"):
        return "7z", list(_seven(body, limits))
    return "zip", list(_zip(body, limits))


def _zip(body: bytes, limits: Limits) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        infos = archive.infolist()
    except Exception as error:  # a damaged directory raises whatever its damaged field raises
        raise Unreadable("damaged") from error
    _check_count(len(infos), limits)
    left = limits.expanded
    for info in infos:
        member = member_name(info)
        if not is_junk(member):
            content = read_member(archive, info, left)
            left -= len(content)
            yield member, content


def _rar(body: bytes, limits: Limits) -> Iterator[Member]:
    import rarfile

    try:
        with rarfile.RarFile(io.BytesIO(body)) as archive:
            infos = archive.infolist()
            _check_count(len(infos), limits)
            _check_size(sum(info.file_size for info in infos), limits)
            if archive.needs_password():
                raise Unreadable("password")
            for info in infos:
                if not info.is_dir() and not is_junk(info.filename):
                    yield info.filename, archive.read(info)
    except rarfile.RarCannotExec as error:
        raise Unreadable("needs-unrar") from error
    except rarfile.PasswordRequired as error:
        raise Unreadable("password") from error
    except (rarfile.Error, OSError, ValueError, IndexError, EOFError) as error:
        raise Unreadable("damaged") from error


def _seven(body: bytes, limits: Limits) -> Iterator[Member]:
    import py7zr

    try:
        with py7zr.SevenZipFile(io.BytesIO(body)) as archive:
            if archive.needs_password():
                raise Unreadable("password")
            infos = archive.list()
            _check_count(len(infos), limits)
            _check_size(sum(info.uncompressed or 0 for info in infos), limits)
            factory = py7zr.io.BytesIOFactory(limits.expanded)
            archive.extractall(factory=factory)
            for member, stream in factory.products.items():
                if not is_junk(member):
                    stream.seek(0)
                    yield member, stream.read()
    except Unreadable:
        raise
    except Exception as error:  # the unpacker raises whatever the damaged part of an archive makes it raise
        raise Unreadable("damaged") from error


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.members:
        raise Unreadable("many-members", count=count, limit=limits.members)


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.expanded:
        raise Unreadable("large-inside", size=size, limit=limits.expanded)


def _order(member: tuple[str, Layout]) -> tuple[bool, bool, int, list[object]]:
    """The main document first: named like one, no annex, the longest text. Annexes follow in order of their numbers."""
    name, layout = member
    stem = PurePosixPath(name).stem
    annex = bool(_ANNEX.search(stem)) or not any(isinstance(block, TextBlock) and len(block.text) > 80 for block in layout.blocks)
    text = sum(len(block.text) for block in layout.blocks if isinstance(block, TextBlock))
    natural: list[object] = [part.zfill(8) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
    return annex, not _DOCUMENT.search(stem), 0 if annex else -text, natural


def _joined(kind: str, members: list[tuple[str, Layout]]) -> Layout:
    """One Layout. The name of an annex may be all that tells what its table is."""
    (name, main), *annexes = members
    for member, layout in annexes:
        for block in layout.blocks:
            if isinstance(block, Grid) and not block.name:
                block.name = PurePosixPath(member).stem
    joined = join(main, annexes)
    joined.reader = f"{kind}/{main.reader}"
    joined.title = main.title or PurePosixPath(name).stem
    joined.metadata = {**main.metadata, "member": name}
    joined.attachments = [(member, PurePosixPath(member).stem) for member, _ in members]
    return joined
