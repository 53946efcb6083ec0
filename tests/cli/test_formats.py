"""What ``gouji check`` writes for people and machines, and that a document's words stay words in all of it."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.formats import render
from services.cli.formats.machine import COLUMNS, FORMULA, safe
from services.cli.outcome import Outcome
from services.cli.plain import plain
from tests.cli.conftest import HOSTILE, Gouji

SCHEMA = json.loads(Path(__file__).with_name("sarif.json").read_text())


def sarif(text: str) -> dict[str, list[dict[str, object]]]:
    log = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    return log["runs"][0]  # type: ignore[no-any-return]


def test_text_says_place_quote_arithmetic_cause_and_basis(gouji: Gouji, wrong: Path) -> None:
    output = gouji("check", wrong).stdout
    assert "error “2024年支出总计决算增减率” is stated as 16.67%" in output
    assert "character 17  「支出总计120.00万元，与上年相比增加20.00万元，增长16.67%」" in output
    assert "(20.00万元) ÷ (120.00万元 − 20.00万元) = 20.00%" in output
    assert "probable cause: computed on this year's value" in output
    assert "basis: 财预〔2016〕143号" in output


def test_sarif_is_as_the_standard_has_it(gouji: Gouji, wrong: Path, final: Path, tmp_path: Path) -> None:
    run = sarif(gouji("check", wrong, final, tmp_path / "没有 这个.pdf", "-f", "sarif").stdout)
    rules = run["tool"]["driver"]["rules"]  # type: ignore[call-overload]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    ids = [each["partialFingerprints"]["discrepancyId/v1"] for each in run["results"]]  # type: ignore[index]
    assert len(ids) == len(set(ids))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]  # type: ignore[misc]
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
        "/%E6%B2%A1%E6%9C%89%20%E8%BF%99%E4%B8%AA.pdf"
    )


def test_offsets_in_sarif_are_code_points_of_the_text(gouji: Gouji, wrong: Path, tmp_path: Path) -> None:
    """A character outside the basic plane counts once, as ``columnKind`` announces."""
    file = tmp_path / "rare.txt"
    file.write_text("𠮷𠮷𠮷\n" + wrong.read_text(encoding="utf-8"), encoding="utf-8")
    run = sarif(gouji("check", file, "-f", "sarif", "--only", "claim.growth", "--only", "text.rate-unit").stdout)
    assert run["columnKind"] == "unicodeCodePoints"
    text = file.read_text(encoding="utf-8")
    assert len(run["results"]) == 2
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]  # type: ignore[index]
        assert text[region["charOffset"] :][: region["charLength"]] == region["snippet"]["text"]


def test_csv_has_a_line_for_every_discrepancy_and_for_what_was_not_read(gouji: Gouji, wrong: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(gouji("check", wrong, tmp_path / "none.pdf", "-f", "csv").stdout)))
    assert tuple(rows[0]) == COLUMNS
    assert next(row for row in rows if row["rule"] == "claim.growth")["expected"] == "20.00%"
    assert [row["severity"] for row in rows if row["document"] == "none.pdf"] == ["unreadable"]


@given(st.text(max_size=20), st.sampled_from(FORMULA))
def test_no_cell_of_a_csv_is_a_formula(text: str, sign: str) -> None:
    cell = safe(sign + text)
    assert cell[0] not in FORMULA or cell.lstrip("+-").replace(",", "").replace(".", "", 1).rstrip("%").isdigit()


@pytest.mark.parametrize("number", ["-20.00", "+1,234.5", "-3.5%"])
def test_signed_numbers_stay_numbers_in_csv(number: str) -> None:
    assert safe(number) == number


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    shown = plain(text).plain
    assert not any(ord(each) < 32 and each not in "\t\n" for each in shown)
    assert len(shown) == len(text)


def written(outcome: Outcome, form: str) -> str:
    return render([outcome], form, "zh", rounding=True, colour=False)


def test_hostile_words_are_printed_as_words(hostile_outcome: Outcome) -> None:
    output = written(hostile_outcome, "text")
    assert output.count("[red]x[/red]") >= 5 * len(hostile_outcome.discrepancies)
    assert "\x1b" not in output


def test_hostile_words_are_no_formula_in_csv(hostile_outcome: Outcome) -> None:
    _, *rows = csv.reader(io.StringIO(written(hostile_outcome, "csv")))
    cells = [cell for row in rows for cell in row if "cmd|" in cell]
    assert len(cells) >= 6 * len(rows)
    assert all(cell.startswith("'=") for cell in cells)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_hostile_words_come_through_json_unchanged(hostile_outcome: Outcome, form: str) -> None:
    output = written(hostile_outcome, form)
    assert json.dumps(HOSTILE, ensure_ascii=False) in output
    if form == "sarif":
        sarif(output)
