"""ZIP packages of XML parts (DOCX, XLSX, ODF, OFD): opened, limited and parsed without trusting a byte of them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from services.parser.layout import Unreadable
from services.parser.readers.limits import Limits

_RATIO, _SMALL = 400, 8 * 1024 * 1024  # a part this many times as large as its packed bytes is a bomb, unless it is small
_CHUNK = 1024 * 1024

Element = etree._Element


class Package:
    """The parts of a package by name; names are compared without case and leading slash, as its producers do.

    Raises ``Unreadable``: ``damaged``, ``encrypted``, ``bomb``, ``dangerous`` (a document type declaration).
    """

    def __init__(self, body: bytes, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.expanded
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
            infos = self._zip.infolist()
        except Exception as error:  # a damaged directory raises whatever its damaged field raises
            raise Unreadable("damaged") from error
        if len(infos) > limits.members:
            raise Unreadable("many-members", count=len(infos), limit=limits.members)
        self._infos = {_normal(info.filename): info for info in infos}

    def __contains__(self, name: str) -> bool:
        return _normal(name) in self._infos

    def names(self) -> Iterator[str]:
        """The names of the parts, as compared."""
        yield from self._infos

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        info = self._infos.get(_normal(name))
        if info is None:
            raise Unreadable("missing-part", part=name[:80])
        body = read_member(self._zip, info, self._left)
        self._left -= len(body)
        return body

    def check(self) -> None:
        """Unpacks everything once, for a library that will do so without limits."""
        for name in self._infos:
            self.read(name)

    def xml(self, name: str) -> Element:
        """The root element of a part."""
        return parse_xml(self.read(name), name)

    def relations(self, name: str) -> dict[str, str]:
        """Of an Office Open XML part: relation id → name of the part that it leads to."""
        folder, base = posixpath.split(_normal(name))
        path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if path not in self:
            return {}
        targets = {}
        for relation in self.xml(path):
            if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                joined = target if target.startswith("/") else posixpath.join(folder, target)
                targets[relation.get("Id", "")] = _normal(posixpath.normpath(joined))
        return targets


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member of a ZIP file, at most so many."""
    if info.flag_bits & 1:
        raise Unreadable("password")
    if info.file_size > most or (info.file_size > _SMALL and info.file_size > _RATIO * max(1, info.compress_size)):
        raise Unreadable("zip-bomb")
    chunks, size = [], 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise Unreadable("zip-bomb")
                chunks.append(chunk)
    except Unreadable:
        raise
    except NotImplementedError as error:
        raise Unreadable("packing") from error
    except Exception as error:  # zlib, bz2, lzma and the ZIP reader each have their own
        raise Unreadable("not-unpacked") from error
    return b"".join(chunks)


def parse_xml(body: bytes, name: str) -> Element:
    """The root element of an XML document: no entities, no network, no deep nesting."""
    if b"<!DOCTYPE" in body:
        raise _dangerous()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("broken-part", part=name[:80]) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):  # in another encoding
        raise _dangerous()
    return root


def _dangerous() -> Unreadable:
    return Unreadable("document-type")


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, of that child the first of the next name, and so on."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def children(element: Element | None) -> list[Element]:
    """What is inside an element, nothing where there is no element."""
    return [] if element is None else list(element)


def whole(text: str | None, default: int, most: int = 1_000_000) -> int:
    """A whole number from an attribute, not negative; the default if it is none."""
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 12 else default


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
