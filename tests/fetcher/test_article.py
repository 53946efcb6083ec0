"""Which of an article's files are documents, and which belong to another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.article import NUMBERS_ALONE, NUMBERS_BESIDE_FILES, Document, arrange

CARRIER, FULL = 4, 200
PAGE = None


@pytest.mark.parametrize(
    ("numbers", "names", "documents"),
    [
        # the page alone
        (FULL, [], [Document(PAGE)]),
        (NUMBERS_ALONE - 1, [], []),
        # a carrier of files, with a summary of a few figures
        (CARRIER, ["甲局2023年度部门决算.pdf"], [Document(0)]),
        (CARRIER, ["附件.pdf"], [Document(0)]),
        (CARRIER, ["绩效自评表.xlsx"], [Document(0)]),
        # a report and what belongs to it
        (0, ["甲局2023年部门决算.docx", "甲局2023年部门决算公开表.xls"], [Document(0, (1,))]),
        (0, ["附件2：部门整体绩效自评报告.pdf", "附件1：甲局2023年部门决算.pdf"], [Document(1, (0,))]),
        (0, ["2024年部门预算公开说明.docx", "2024年部门预算公开.xls"], [Document(0, (1,))]),
        (0, ["甲局部门决算.pdf", "名词解释.doc", "项目支出绩效目标表.pdf"], [Document(0, (1, 2))]),
        # the reports of several bodies, each with its own
        (0, ["甲中心2023年决算.pdf", "乙中心2023年决算.pdf"], [Document(0), Document(1)]),
        (0, ["甲站决算.doc", "甲站决算表.xls", "乙站决算.doc", "乙站决算表.xls"], [Document(0, (1,)), Document(2, (3,))]),
        (0, ["上海市某区甲局2023年部门决算.pdf", "上海市某区乙局2023年部门决算.xls"], [Document(0), Document(1)]),
        (0, ["甲局决算公开表.xls", "乙局决算公开表.xls"], [Document(0), Document(1)]),
        # a remark in brackets does not make a report an annex
        (0, ["甲局2023年决算（含绩效自评表）.pdf", "乙局2023年决算.pdf"], [Document(0), Document(1)]),
        # the text in the page
        (FULL, ["甲局决算公开表.xls", "绩效自评表.pdf"], [Document(PAGE, (0, 1))]),
        (FULL, ["甲局2023年部门决算.pdf", "绩效自评表.pdf"], [Document(PAGE), Document(0, (1,))]),
    ],
)  # fmt: skip
def test_the_documents_of_an_article(numbers: int, names: list[str], documents: list[Document]) -> None:
    assert arrange(numbers, names) == documents


@given(
    st.integers(0, 2 * NUMBERS_BESIDE_FILES),
    st.lists(st.text("甲乙局年决预算表绩效自评附件说明(（）).xlspdf1", max_size=15), max_size=8),
)
def test_no_file_is_lost_and_none_is_used_twice(numbers: int, names: list[str]) -> None:
    documents = arrange(numbers, names)
    used = [place for document in documents for place in (*document.annexes, *([] if document.main is None else [document.main]))]
    assert sorted(used) == list(range(len(names)))
