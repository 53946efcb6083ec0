"""Every fact and claim stands where it says: paragraph and offset, character span, page and box of its printed line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.place import Place
from schemas.report import Identity, Kind
from services.parser.layout import Fragment, TextBlock
from services.parser.narrative import narrate
from services.parser.narrative.text import running
from services.parser.outline import outline
from tests.parser.narrative.reading import read

LINES = (
    "三、支出决算情况说明",
    "2022 年度“本年支出”合计 1,464.43 万元。其中：基本支出 387.20 万元，占 26.44%；项目支出 1,077.23 万元，占 73.56%。",
    "四、其他",
    "机关运行经费支出 17.24 万元，比 2021 年增加 2.43 万元。",
)


def test_the_span_of_a_fact_is_its_text_in_the_document() -> None:
    document = "\n".join(LINES)
    reading = read(*LINES)
    assert len(reading.facts) == 7
    for fact in reading.facts:
        assert fact.place.start is not None
        assert document[fact.place.start : fact.place.end] == fact.text
        assert fact.place.paragraph is not None and fact.place.offset is not None
        assert LINES[fact.place.paragraph][fact.place.offset :].startswith(fact.text)


def test_the_quote_of_a_claim_is_its_text_in_the_document() -> None:
    document = "\n".join(LINES)
    for claim in read(*LINES).claims:
        assert document[claim.place.start : claim.place.end] == claim.quote


def test_a_number_is_on_the_page_and_in_the_box_of_its_printed_line() -> None:
    text = "机关运行经费支出17.24万元，比2021年增加2.43万元。"
    second = text.index("增加")
    lines = [Fragment(0, 4, (1, 2, 3, 4)), Fragment(second, 5, (5, 6, 7, 8))]
    blocks = [TextBlock(text, page=4, box=(0, 0, 9, 9), lines=lines)]
    sections = outline([text], [Place()], [False])
    facts = narrate(blocks, sections, Identity(kind=Kind.FINAL_ACCOUNTS, fiscal_year=2022)).facts
    assert [(fact.place.page, fact.place.box) for fact in facts] == [(4, (1, 2, 3, 4)), (5, (5, 6, 7, 8))]
    assert {fact.place.start for fact in facts} == {None}


def test_a_sentence_cut_by_the_end_of_a_page_is_read_whole() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "1.教育支出（类）。年初预算为30.46万元，支出决算为31.22万元，完成年初预算的102.50%，支出决算",
        "数大于年初预算数的主要原因是人员增加。",
    )
    (comparison,) = [claim for claim in reading.claims if claim.kind == "comparison"]
    assert (comparison.relation, comparison.reason, comparison.place.paragraph) == ("gt", "人员增加", 1)


@given(st.lists(st.text(alphabet="收入 \t１2，,（）“”\n元a", max_size=12), min_size=1, max_size=4))
def test_every_squeezed_character_knows_where_it_came_from(paragraphs: list[str]) -> None:
    text = running(list(enumerate(paragraphs)))
    for position, character in enumerate(text.text):
        if character != " ":
            paragraph, offset = text.locate(position)
            assert paragraphs[paragraph][offset].isspace() is False


@given(
    st.lists(
        st.text(alphabet="收入支出总计年初预算决算2022为0.5,，.。；;：（()）%万元与比增加减少占完成其中一、1人次X", max_size=60),
        max_size=6,
    )
)
def test_any_text_is_read_without_a_crash_and_every_amount_is_bound_or_said_not_to_be(paragraphs: list[str]) -> None:
    reading = read(*paragraphs)
    assert reading.bound + len(reading.unbound) == reading.numbers
    known = {fact.id for fact in reading.facts}
    assert all(id_ in known for claim in reading.claims for ids in claim.roles.values() for id_ in ids)
