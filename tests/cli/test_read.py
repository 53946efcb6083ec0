"""``gouji read``: what was read can be seen, part by part."""

from pathlib import Path

from schemas.report import Report
from tests.cli.conftest import Gouji

WRONG = 2


def test_everything_is_shown_unless_parts_are_chosen(gouji: Gouji, budget: Path) -> None:
    output = gouji("read", budget).stdout
    for part in ("outline", "tables", "claims", "numbers that are bound to no fact", "reading quality"):
        assert f"\n{part}\n" in output
    assert "云溪市青禾区图书馆 · 2025 · budget · unit" in output


def test_tables_are_drawn_with_what_their_columns_are(gouji: Gouji, final: Path) -> None:
    output = gouji("read", final, "--tables", "5").stdout
    assert "general_expenditure" in output
    assert "claims" not in output
    lines = output.splitlines()
    heading = next(line for line in lines if "code" in line and "basic" in line)
    row = next(line for line in lines if "2130314" in line)
    assert heading.index("project") < len(heading)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["2130314", "防汛", "146.30", "", "143.60"]


def test_a_table_that_is_not_there_is_told(gouji: Gouji, wrong: Path, budget: Path) -> None:
    for argument, complaint in (
        ("99", "there is no table 99; there are 9"),
        ("x", "takes numbers like 1,4"),
        ("0", "no table 0"),
    ):
        result = gouji("read", budget, "--tables", argument)
        assert result.exit_code == WRONG
        assert complaint in result.stderr


def test_claims_are_shown_with_the_roles_of_their_numbers(gouji: Gouji, wrong: Path) -> None:
    output = gouji("read", wrong, "--claims").stdout
    assert "change increase  「与上年相比增加20.00万元，增长16.67%」" in output
    assert "rate: 16.67%" in output
    assert "current: 120.00万元" in output


def test_quality_says_how_much_was_bound(gouji: Gouji, wrong: Path) -> None:
    assert "0/0 numbers in tables and 5/5 in the text bound to facts" in gouji("read", wrong, "--quality").stdout


def test_json_is_the_report(gouji: Gouji, budget: Path) -> None:
    report = Report.model_validate_json(gouji("read", budget, "--json").stdout)
    assert report.identity.issuer == "云溪市青禾区图书馆"
    assert report.facts


def test_html_is_one_page(gouji: Gouji, budget: Path, tmp_path: Path) -> None:
    result = gouji("read", budget, "--html", tmp_path / "seen.html")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "seen.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_cannot_be_read_says_why(gouji: Gouji, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    for name, complaint in (("empty.pdf", "the file is empty"), ("none.pdf", "there is no such file")):
        result = gouji("read", tmp_path / name)
        assert result.exit_code == WRONG
        assert complaint in result.stderr
    assert gouji("read", tmp_path / "empty.pdf", "--html", tmp_path / "no" / "x.html").exit_code == WRONG


def test_hostile_words_are_shown_as_words(gouji: Gouji, hostile: Path) -> None:
    output = gouji("read", hostile).stdout
    assert "[red]" in output
    assert "\x1b" not in output
