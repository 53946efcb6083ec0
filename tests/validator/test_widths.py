"""Wide digits are read as digits by every rule, and quoted as they are printed."""

from services.validator.samples import Draft
from services.validator.view import View

WIDE = "支出１４６４．４３万元，占９０％。"


def test_rules_search_the_folded_text_and_quote_the_printed_one() -> None:
    view = View(Draft().paragraph(WIDE).report())
    assert view.paragraphs[0].text == "支出1464.43万元，占90%。"
    assert view.quote(0, 2, 9).quote == "１４６４．４３"


def test_cells_lose_the_blanks_of_layout_only_for_rules() -> None:
    view = View(Draft().table(None, [], [("开展\n次数", "≥ ２ 次", "OA system")]).report())
    table = view.tables[0]
    assert [cell.text for cell in table.cells if cell.text][-3:] == ["开展次数", "≥2次", "OA system"]
    evidence = [view.evidence(cell.place, cell.text).quote for cell in table.cells if cell.text]
    assert evidence[-2] == "≥ ２ 次"


def test_what_has_nothing_wide_is_not_copied() -> None:
    report = Draft().paragraph("支出1464.43万元。").report()
    assert View(report).report is report
