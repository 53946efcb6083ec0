"""A sample as a text copy of a page has it."""

from __future__ import annotations

from deploy.local.samples.document import Document, Text


def in_text(document: Document) -> str:
    """A document as a text copy has it: a line a paragraph, the cells of a table between tabs."""
    lines: list[str] = []
    for piece in document.pieces:
        if isinstance(piece, Text):
            lines.append(piece.text)
            continue
        lines += [piece.title, f"单位：{piece.unit}"]
        lines += ["\t".join(text for text, _, across in row for text in [text] + [""] * (across - 1)) for row in piece.header]
        lines += ["\t".join(row) for row in piece.rows]
        lines += ["", *piece.notes]
    return "\n".join(lines) + "\n"
