"""What the styles of a Word document say of a paragraph: heading level, centred, bold, size."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services.parser.readers.package import Element, attribute, child, local, whole

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)
_OFF = ("0", "false", "off", "none")
_DEPTH = 12  # styles built upon styles


@dataclass(frozen=True, slots=True)
class Format:
    """``heading`` is 0 for none, ``size`` in points, ``numbering`` the list (id, level) that gives the paragraph its number."""

    heading: int = 0
    centred: bool = False
    bold: bool = False
    size: float = 0.0
    numbering: tuple[str, int] | None = None


class Styles:
    """Styles by id."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {} if root is None else {attribute(style, "styleId"): style for style in root if local(style) == "style"}
        default = next((s for s in self._styles.values() if attribute(s, "default") == "1"), None)
        self._default = Format() if default is None else self._styled(Format(), default, 0)

    def of(self, paragraph: Element) -> Format:
        """The format of a paragraph: its style's, and what it says itself."""
        properties = child(paragraph, "pPr")
        style = child(properties, "pStyle")
        named = None if style is None else self._styles.get(attribute(style, "val"))
        base = self._default if named is None else self._styled(Format(), named, 0)
        return _changed(base, properties, child(properties, "rPr"))

    def _styled(self, base: Format, style: Element, depth: int) -> Format:
        parent = child(style, "basedOn")
        above = None if parent is None else self._styles.get(attribute(parent, "val"))
        if above is not None and depth < _DEPTH:
            base = self._styled(base, above, depth + 1)
        title = child(style, "name")
        match = _HEADING.match(attribute(title, "val") or "") if title is not None else None
        changed = _changed(base, child(style, "pPr"), child(style, "rPr"))
        return replace(changed, heading=int(match[1])) if match else changed


def is_on(properties: Element | None, name: str) -> bool | None:
    """A switch such as ``w:b``: on, off, or not there."""
    switch = child(properties, name)
    return None if switch is None else (attribute(switch, "val") or "1") not in _OFF


def _changed(base: Format, properties: Element | None, run: Element | None) -> Format:
    level, alignment, size = child(properties, "outlineLvl"), child(properties, "jc"), child(run, "sz")
    outline = whole(attribute(level, "val"), 9) if level is not None else 9
    bold = is_on(run, "b")
    return replace(
        base,
        heading=outline + 1 if outline < 9 else base.heading,
        centred=base.centred if alignment is None else attribute(alignment, "val") == "center",
        bold=base.bold if bold is None else bold,
        size=base.size if size is None else whole(attribute(size, "val"), 0, 400) / 2,
        numbering=_numbering(base, child(properties, "numPr")),
    )


def _numbering(base: Format, properties: Element | None) -> tuple[str, int] | None:
    if properties is None:
        return base.numbering
    number, level = child(properties, "numId"), child(properties, "ilvl")
    inherited = base.numbering or ("", 0)
    identity = inherited[0] if number is None else attribute(number, "val") or ""
    depth = inherited[1] if level is None else whole(attribute(level, "val"), 0, 8)
    return (identity, depth) if identity not in ("", "0") else None
