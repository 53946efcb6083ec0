"""Folded text, and the way back from it to the verbatim characters."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.place import Place
from schemas.report import Line, Paragraph
from services.validator.prose import fold, gist, prose
from services.validator.samples import Draft
from services.validator.view import View

_PARAGRAPHS = st.lists(st.text(alphabet="市级财政（）()，。 　1,2.5%％×", min_size=1, max_size=30), min_size=1, max_size=6)


def view_of(*paragraphs: str) -> View:
    draft = Draft()
    for paragraph in paragraphs:
        draft.paragraph(paragraph)
    return View(draft.report())


@given(_PARAGRAPHS)
def test_folding_never_changes_what_is_folded_already(paragraphs: list[str]) -> None:
    for paragraph in paragraphs:
        assert fold(fold(paragraph)) == fold(paragraph)
        assert not any(character.isspace() for character in fold(paragraph))


@given(_PARAGRAPHS, st.data())
def test_every_span_of_the_text_leads_back_to_its_verbatim_characters(paragraphs: list[str], data: st.DataObject) -> None:
    view = view_of(*paragraphs)
    text = prose(view)
    paragraph = data.draw(st.integers(0, len(paragraphs) - 1))
    line = text.lines[paragraph]
    if not line:
        return
    first = data.draw(st.integers(0, len(line) - 1))
    last = data.draw(st.integers(first + 1, len(line)))
    evidence = text.evidence(view, text.start(paragraph) + first, text.start(paragraph) + last)
    assert fold(evidence.quote) == line[first:last]
    place = view.paragraphs[paragraph].place
    assert evidence.start is not None and evidence.end is not None and place.start is not None
    assert paragraphs[paragraph][evidence.start - place.start : evidence.end - place.start] == evidence.quote


def test_a_sentence_ends_with_its_stop_and_never_leaves_its_paragraph() -> None:
    view = view_of("甲增加1.00万元。乙减少2.00万元，下降3%", "丙不变。")
    text = prose(view)
    at = text.text.index("减少")
    assert text.text[slice(*text.sentence(at, at + 2))] == "乙减少2.00万元,下降3%"
    at = text.text.index("丙")
    assert text.text[slice(*text.sentence(at, at + 1))] == "丙不变。"


def test_the_index_is_made_once_and_dies_with_its_view() -> None:
    view = view_of("甲。")
    assert prose(view) is prose(view)
    assert prose(view) is not prose(view_of("甲。"))


def test_the_gist_of_a_phrase_has_no_numbers() -> None:
    assert gist("比2023年减少0.15万元,下降27.78%") == "比年减少万元,下降"


def test_a_paragraph_put_together_from_lines_and_marks_keeps_every_offset() -> None:
    decoded = "前言\n\n人员经费 **375.75 万元**，主要包括：\n绩效工资"
    text = "人员经费 375.75 万元，主要包括：绩效工资"
    lines = tuple(
        Line(offset=text.index(words), start=decoded.index(words)) for words in ("人员经费", "375.75", "，主要", "绩效")
    )
    paragraph = Paragraph(text=text, place=Place(start=4, end=len(decoded), paragraph=0), lines=lines)
    view = View(Draft().report().model_copy(update={"paragraphs": (paragraph,)}))
    whole = prose(view)
    for words in ("人员经费", "375.75万元", "包括:绩效工资"):
        at = whole.text.index(words)
        evidence = whole.evidence(view, at, at + len(words))
        assert evidence.start is not None and evidence.end is not None
        assert fold(decoded[evidence.start : evidence.end].replace("*", "")) == words
