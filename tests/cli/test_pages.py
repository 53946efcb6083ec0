"""The HTML pages: one file that needs nothing else, in which every number stands marked and no document's word is markup."""

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from schemas.validation import Outcome as Result
from services.cli.outcome import Outcome, Problem
from services.cli.pages.check import check_page
from services.cli.pages.document import Numbers, lay_out
from services.cli.pages.fates import fates
from services.cli.pages.read import read_page

VOID = {"meta", "br", "img", "link", "input", "base"}


class Page(HTMLParser):
    """The elements of a page with their attributes, the text of its paper, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self._id: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._id = dict(attrs).get("id")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self._id:
            self.texts.setdefault(self._id, data)

    def classes(self) -> Counter[str]:
        return Counter(kind for tag, at in self.elements if "data-n" in at for kind in (at["class"] or "").split() if kind != "n")

    def data(self) -> dict[str, list[dict[str, object]]]:
        return json.loads(self.texts["data"])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def checked(final_outcome: Outcome, budget_outcome: Outcome) -> str:
    return check_page(
        [final_outcome, budget_outcome, Outcome("none.pdf", Problem("password", "需要 <a> 密码", "asks for <a> password"))], "zh"
    )


@pytest.fixture(scope="module")
def read(budget_outcome: Outcome) -> str:
    assert budget_outcome.report is not None
    return read_page(budget_outcome.report, "budget.html", "en")


@pytest.mark.parametrize("name", ["checked", "read"])
def test_a_page_needs_nothing_else_and_admits_nothing_else(name: str, request: pytest.FixtureRequest) -> None:
    text: str = request.getfixturevalue(name)
    page = Page(text)
    assert page.open == []
    policy = next(at["content"] for tag, at in page.elements if at.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'")
    for kind, pattern in (("style", r"<style>(.*?)</style>"), ("script", r"<script>(.*?)</script>")):
        (content,) = re.findall(pattern, text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for _, attributes in page.elements:
        assert not {"src", "style", "srcset", "action"} & attributes.keys()
        assert not [key for key in attributes if key.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("name", ["checked", "read"])
def test_every_link_leads_somewhere_and_no_anchor_stands_twice(name: str, request: pytest.FixtureRequest) -> None:
    page = Page(request.getfixturevalue(name))
    anchors = Counter(at["id"] for _, at in page.elements if "id" in at)
    assert [anchor for anchor, count in anchors.items() if count > 1] == []
    assert {(at["href"] or "")[1:] for _, at in page.elements if at.get("href")} <= anchors.keys()


def test_every_number_of_the_documents_is_marked_once(checked: str, final_outcome: Outcome, budget_outcome: Outcome) -> None:
    places = set()
    for outcome in (final_outcome, budget_outcome):
        assert outcome.report is not None
        for fact in outcome.report.facts:
            place = fact.place
            places.add((outcome.target, place.table, place.row, place.column, place.paragraph, place.offset))
    page = Page(checked)
    assert sum(page.classes().values()) == len(places) == len(page.data()["numbers"])


def test_a_mark_bears_the_number_that_was_read_there(checked: str) -> None:
    page = Page(checked)
    for index, number in enumerate(page.data()["numbers"]):
        assert page.texts[f"n{index}"] == number["t"]


def test_the_wrong_numbers_are_red_and_those_beside_them_are_not(final_outcome: Outcome) -> None:
    """The planted defects that are about a number, each at its number, and no other."""
    page = Page(check_page([final_outcome], "zh"))
    red = [page.texts[at["id"] or ""] for _, at in page.elements if "data-n" in at and "error" in (at["class"] or "").split()]
    assert {"1.13%", "120.65%", "1191.36万元", "146.30"} <= set(red)
    assert "1119.36" not in red
    assert page.classes()["right"] > 200
    assert page.classes()["involved"] >= 4


def test_the_relations_of_a_number_can_be_seen(final_outcome: Outcome) -> None:
    data = Page(check_page([final_outcome], "zh")).data()
    number = next(each for each in data["numbers"] if each["t"] == "1191.36万元")
    relations = [data["checks"][index] for index in number["c"]]  # type: ignore[attr-defined]
    broken = next(each for each in relations if each["r"] == "fact.same")
    assert broken["o"] == Result.FAILED
    assert {data["numbers"][index]["t"] for index in broken["n"]} == {"1191.36万元", "1119.36"}  # type: ignore[attr-defined]
    assert dict(number["d"][0]["en"])["value"] == "1,191.36 万元"  # type: ignore[index]


def test_every_discrepancy_leads_to_where_it_stands(final_outcome: Outcome) -> None:
    text = check_page([final_outcome], "zh")
    for found in final_outcome.discrepancies:
        (item,) = re.findall(rf'id="d-{found.discrepancy_id}">(.*?)<p class="basis">', text, re.DOTALL)
        assert re.search(r'<a href="#(n|q|t)\d', item), found.rule


def test_words_of_ours_stand_in_both_languages(checked: str) -> None:
    page = Page(checked)
    kinds = Counter(at.get("class") for tag, at in page.elements if tag == "span")
    assert kinds["zh"] == kinds["en"] > 50
    assert 'data-lang="zh"' in checked


def test_what_could_not_be_read_says_why_on_the_page(checked: str) -> None:
    assert "asks for &lt;a&gt; password" in checked


def test_hostile_words_are_words_on_a_page(hostile_outcome: Outcome) -> None:
    assert hostile_outcome.report is not None
    for text in (check_page([hostile_outcome], "en"), read_page(hostile_outcome.report, hostile_outcome.name, "en")):
        page = Page(text)
        assert not [tag for tag, _ in page.elements if tag == "img"]
        assert Counter(tag for tag, _ in page.elements)["script"] == 3
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{ 7*7 }}" in text, "a document is no template"
        assert "alert(1)</script>" not in text


def test_bound_and_unbound_numbers_are_told_apart(budget_outcome: Outcome) -> None:
    assert budget_outcome.report is not None
    report = budget_outcome.report
    dropped = next(fact for fact in report.facts if fact.place.table is not None and fact.text.strip() not in ("0", ""))
    from schemas.report import Mention

    lost = report.model_copy(
        update={
            "facts": tuple(fact for fact in report.facts if fact.place != dropped.place),
            "reading": report.reading.model_copy(
                update={"unbound": (Mention(text=dropped.text, place=dropped.place, source="table"),)}
            ),
        }
    )
    page = Page(read_page(lost, "budget.html", "en"))
    assert page.classes()["unbound"] == 1
    assert page.classes()["bound"] == len({fact.place for fact in lost.facts})


def test_the_paper_repeats_the_document_word_for_word(final_outcome: Outcome) -> None:
    assert final_outcome.report is not None
    blocks = lay_out(final_outcome.report, Numbers())
    texts = ["".join(piece.text for piece in block.segments) for block in blocks if block.grid is None]
    assert texts == [paragraph.text for paragraph in final_outcome.report.paragraphs]
    grids = [block.grid for block in blocks if block.grid]
    drawn = sorted(slot.text for grid in grids for row in grid.rows for slot in row if slot.text)
    assert drawn == sorted(cell.text for table in final_outcome.report.tables for cell in table.cells if cell.text)


def test_only_the_stated_number_of_a_discrepancy_is_suspect(final_outcome: Outcome) -> None:
    report, validation = final_outcome.report, final_outcome.validation
    assert report is not None and validation is not None
    known = fates(report, validation, final_outcome.discrepancies)
    facts = {fact.id: fact for fact in report.facts}
    for found in final_outcome.discrepancies:
        if found.severity == "error":
            suspects = [facts[fact].text for fact in known.suspects[found.discrepancy_id]]
            assert all(text in (found.stated or "") + "万元" for text in suspects)
            assert len(suspects) <= 1
