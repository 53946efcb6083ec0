"""The structure of an OFD package: which parts make up each page, and where its pictures are."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from services.parser.layout import Unreadable
from services.parser.readers.package import Element, Package, attribute, child, children, local

Box = tuple[float, float, float, float]
A4: Box = (0.0, 0.0, 210.0, 297.0)


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page's own part, and the parts of the templates drawn below and above it."""

    own: str
    templates: dict[str, str]  # template id → part


class Document:
    """The first document of a package (others are its earlier versions)."""

    def __init__(self, package: Package) -> None:
        self.package = package
        body = child(package.xml("OFD.xml"), "DocBody")
        root = child(body, "DocRoot")
        if root is None or not root.text:
            raise Unreadable("damaged")
        self._path = root.text.strip().lstrip("/")
        about = child(body, "DocInfo")
        self.metadata = {local(item): item.text.strip() for item in children(about) if item.text and item.text.strip()}
        content = package.xml(self._path)
        self._common = child(content, "CommonData")
        self.box = box_of(child(self._common, "PageArea")) or A4
        templates = {
            attribute(item, "ID") or "": self.beside(self._path, attribute(item, "BaseLoc") or "")
            for item in children(self._common)
            if local(item) == "TemplatePage"
        }
        self.pages = [
            PageParts(self.beside(self._path, attribute(item, "BaseLoc") or ""), templates)
            for item in children(child(content, "Pages"))
            if local(item) == "Page"
        ]
        self._pictures: dict[str, str] | None = None

    def beside(self, path: str, target: str) -> str:
        """The part that a part refers to."""
        return target if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(path), target))

    def picture(self, resource: str) -> bytes:
        """The bytes of a picture by its resource id. Raises ``Unreadable``."""
        if self._pictures is None:
            self._pictures = dict(self._resources())
        return self.package.read(self._pictures.get(resource, ""))

    def _resources(self) -> Iterator[tuple[str, str]]:
        for item in children(self._common):
            if local(item) not in ("PublicRes", "DocumentRes") or not item.text:
                continue
            path = self.beside(self._path, item.text.strip())
            if path not in self.package:
                continue
            root = self.package.xml(path)
            base = self.beside(path, attribute(root, "BaseLoc") or ".")
            for medium in children(child(root, "MultiMedias")):
                file = child(medium, "MediaFile")
                if file is not None and file.text:
                    where = file.text.strip()
                    yield attribute(medium, "ID") or "", where if where.startswith("/") else posixpath.join(base, where)


def box_of(area: Element | None) -> Box | None:
    """The physical box of a page area in millimetres: left, top, width, height."""
    box = child(area, "PhysicalBox")
    values = numbers(box.text) if box is not None else []
    return (values[0], values[1], values[2], values[3]) if len(values) == 4 and values[2] > 0 < values[3] else None


def numbers(text: str | None) -> list[float]:
    """The numbers of a space-separated list; none if one of them is no number."""
    try:
        values = [float(part) for part in (text or "").split()]
    except ValueError:
        return []
    return values if all(abs(value) < 1e6 for value in values) else []
