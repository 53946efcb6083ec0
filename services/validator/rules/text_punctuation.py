"""Brackets that do not pair, sentences without an end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.report import Paragraph, Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View

BASIS = "财预〔2016〕143号：公开内容规范"
_BRACKETS = re.compile("[()（）]")
_NUMBERED = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
_CLOSED = "。；：:;！？!?…”」》）)"
_OPENS = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[(（]?(?:[一二三四五六七八九十]+|\d{1,3})[)）、]|\d{1,3}\.(?!\d)|附[件表]|图\d|注:|[a-zA-Z#])"
)
_COMMA = re.compile("[,。]")
_WORDS = re.compile("[一-鿿]{6}")
_FEW = 0.25  # of a document's sentences at most this share may lack the end, else the document does without


@rule(
    "text.bracket-width",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="括号全角半角不配对", en="a bracket opens full width and closes half width"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("卫生健康支出（类）行政事业单位医疗(款)").report(),
    failing=lambda: Draft().paragraph("住房保障支出（类)住房改革支出（款)住房公积金（项）").report(),
)
def bracket_width(view: View) -> Iterator[Finding]:
    """A full-width bracket is closed by a full-width one. A single slip is passed over.

    One finding a document, all places as evidence.
    """
    spots = [(index, *spot) for index, (mixed, _) in view.once(_bracketed) for spot in mixed]
    if len(spots) > 1:
        index, start, end = spots[0]
        yield Finding(
            subject="brackets",
            message=Text(
                zh=f"括号全角、半角混用，共{len(spots)}处。",
                en=f"{len(spots)} bracket(s) open in one width and close in the other.",
            ),
            evidence=tuple(view.quote(index, start, end) for index, start, end in spots[:10]),
            stated=view.paragraphs[index].text[start:end],
        )


@rule(
    "text.bracket-open",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="括号未闭合", en="a bracket that is never closed"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("平均得分99.33分（其中，优的项目39个）。").report(),
    failing=lambda: Draft().paragraph("平均得分99.33分（其中，优的项目39个。发现问题0个。").paragraph("二、其他").report(),
)
def bracket_open(view: View) -> Iterator[Finding]:
    """A bracket opened in a paragraph is closed in it. One finding a document.

    Where the next paragraph closes it, the paragraph was torn apart by a page and nothing is wrong. The glossary and lists
    numbered ``1)`` are read alike: a closing bracket alone is no finding.
    """
    spots: list[tuple[int, int]] = []
    for index, (_, unclosed) in view.once(_bracketed):
        following = view.paragraphs[index + 1].text if index + 1 < len(view.paragraphs) else ""
        if unclosed and view.paragraphs[index].text[-1] in "。；" and not _unopened(following):
            spots.append((index, unclosed[-1]))
    if spots:
        quotes = tuple(_opening(view, index, start) for index, start in spots[:5])
        yield Finding(
            subject="brackets",
            message=Text(
                zh=f"括号未闭合：“{quotes[0].quote[:40]}”等{len(spots)}处。", en=f"{len(spots)} bracket(s) are never closed."
            ),
            evidence=quotes,
            stated=quotes[0].quote[:40],
        )


@rule(
    "text.full-stop",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="句末缺句号", en="a sentence without its full stop"),
    basis=BASIS,
    passing=lambda: _sentences("。"),
    failing=lambda: _sentences(""),
)
def full_stop(view: View) -> Iterator[Finding]:
    """A sentence ends with a full stop where the document's others do. One finding a document.

    Headings, captions, lines of the contents and cover, definitions that are names only, and paragraphs that go on after a
    table or on the next page are no sentences without end. What comes next is shown as well.
    """
    text = prose(view)
    tables = {table.after_paragraph for table in view.tables}
    open_ended: list[int] = []
    sentences = 0
    for index, line in enumerate(text.lines):
        if (
            index in text.recognised
            or text.parts[index] in (SectionKind.COVER, SectionKind.CONTENTS)
            or len(line) < 16
            or not _is_prose(line)
        ):
            continue
        sentences += 1
        if line[-1] in _CLOSED or index + 1 in tables or "|" in line or "\t" in view.paragraphs[index].text:
            continue
        following = text.lines[index + 1] if index + 1 < len(text.lines) else "一、"
        if _OPENS.match(following) or index + 1 in text.headings:
            open_ended.append(index)
    if open_ended and len(open_ended) <= _FEW * sentences:
        tails = tuple(_tail(view, index) for index in open_ended[:8])
        after = [index + 1 for index in open_ended[:8] if index + 1 < len(text.lines)]
        yield Finding(
            subject="full stops",
            message=Text(zh=f"句末缺句号，共{len(open_ended)}处。", en=f"{len(open_ended)} sentence(s) lack their full stop."),
            evidence=(*tails, *(text.whole(view, index) for index in after)),
            stated=fold(tails[0].quote)[-20:],
        )


def _is_prose(line: str) -> bool:
    """A clause that ends and words after it, or an amount at the end."""
    comma = _COMMA.search(line)
    return re.search(r"\d万元$", line[-4:]) is not None or (comma is not None and _WORDS.search(line, comma.end()) is not None)


def _printed(view: View) -> list[tuple[int, Paragraph]]:
    """The paragraphs with their indexes, those apart that were recognised optically: their brackets are the reader's."""
    recognised = prose(view).recognised
    return [(index, paragraph) for index, paragraph in enumerate(view.paragraphs) if index not in recognised]


def _bracketed(view: View) -> list[tuple[int, tuple[list[tuple[int, int]], list[int]]]]:
    """The printed paragraphs that have brackets, with what ``_pairs`` finds in each."""
    return [(index, _pairs(paragraph.text)) for index, paragraph in _printed(view) if _BRACKETS.search(paragraph.text)]


def _tail(view: View, index: int) -> Evidence:
    text = view.paragraphs[index].text
    return view.quote(index, max(0, len(text) - 45), len(text))


def _opening(view: View, index: int, start: int) -> Evidence:
    """The clause in which a bracket opens, and some words after it."""
    text = view.paragraphs[index].text
    first = max(text.rfind(mark, 0, start) for mark in "。，；,;") + 1
    return view.quote(index, first, min(len(text), start + 60))


def _pairs(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Brackets of two widths as ``(start, end)`` of the bracketed words, and the places of those never closed."""
    mixed: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _BRACKETS.finditer(text):
        if match[0] in "(（":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if (text[start] == "（") != (match[0] == "）"):
                mixed.append((start, match.end()))
    return mixed, opened


def _unopened(text: str) -> bool:
    """Whether a closing bracket comes before any opening one, the number of a list apart."""
    match = _BRACKETS.search(_NUMBERED.sub("", text))
    return match is not None and match[0] in ")）"


def _sentences(end: str) -> Report:
    draft = Draft().paragraph(f"一、办理建设项目的审批，并对实施情况实行跟踪监督{end}")
    for number in "二三四五":
        draft.paragraph(f"{number}、开展自然资源的调查，并对调查结果实行监测。")
    return draft.report()
