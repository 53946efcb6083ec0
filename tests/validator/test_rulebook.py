"""Rules switched off or lowered in a file, for every document or for those of one source."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.report import Report
from schemas.validation import Discrepancy, Severity, State, Validation
from services.runtime.configuration import ConfigurationError
from services.validator.follow import follow
from services.validator.history import MemoryHistory
from services.validator.rulebook import EVERY_RULE, Rulebook, load_rulebook
from services.validator.samples import Draft

BOOK = """\
rules:
  claim.*: {run: false, reason: not yet}
  text.placeholder: {severity: warning, reason: the site puts XX for people}
sources:
  qinghe:
    claim.*: {severity: rounding, reason: its rates are of the budget}
    text.placeholder: {run: false, reason: its drafts are public}
"""
SEEN = datetime(2024, 9, 1, tzinfo=UTC)


def book(tmp_path: Path, text: str = BOOK) -> Rulebook:
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    return load_rulebook(tmp_path / "rules.yaml")


def report(source: str | None = None) -> Report:
    """Final accounts with a placeholder left in, and a word twice."""
    draft = Draft().paragraph("XX部门2024年度支出增加。").paragraph("主要原因是是人员增加。")
    return draft.report().model_copy(update={"source": source})


async def checked(
    rulebook: Rulebook, source: str | None = None, history: MemoryHistory | None = None, day: int = 1
) -> tuple[Validation, dict[str, Discrepancy]]:
    validation, found = await follow(report(source), history or MemoryHistory(), seen=SEEN.replace(day=day), rulebook=rulebook)
    return validation, {item.rule: item for item in found}


def test_what_holds_for_one_source_wins_over_what_holds_for_all(tmp_path: Path) -> None:
    every, one = book(tmp_path).config(), book(tmp_path).config("qinghe")
    assert every.off["claim.growth"] == "not yet" and "claim.growth" not in one.off
    assert every.lowered["text.placeholder"] == (Severity.WARNING, "the site puts XX for people")
    assert one.off == {"text.placeholder": "its drafts are public"}
    assert one.lowered["claim.growth"][0] is Severity.ROUNDING
    assert book(tmp_path).config("elsewhere") == every


async def test_a_validation_says_what_it_was_made_without(tmp_path: Path) -> None:
    rulebook = book(tmp_path)
    validation, found = await checked(rulebook)
    assert found["text.placeholder"].severity is Severity.WARNING
    told = {setting.rule: (setting.change, setting.reason) for setting in validation.settings}
    assert told["text.placeholder"] == ("warning", "the site puts XX for people") and told["claim.growth"] == ("off", "not yet")
    validation, found = await checked(rulebook, "qinghe")
    assert "text.placeholder" not in found
    assert ("text.placeholder", "off") in {(setting.rule, setting.change) for setting in validation.settings}
    assert (await checked(EVERY_RULE))[0].settings == ()


async def test_to_check_again_by_other_rules_says_only_what_they_change(tmp_path: Path) -> None:
    history = MemoryHistory()
    _, before = await checked(EVERY_RULE, history=history)
    assert before["text.placeholder"].state is State.OPENED and len(before) > 1
    _, after = await checked(book(tmp_path, "rules: {text.placeholder: {run: false, reason: ours}}"), history=history, day=2)
    assert {rule: item.state for rule, item in after.items()} == {"text.placeholder": State.WITHDRAWN}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rules:\n  claim.growth: {run: false}", ":2: rules.claim.growth.reason"),
        ("rules:\n  claim.growth: {run: false, reason: ' '}", ":2: rules.claim.growth.reason"),
        ("rules:\n  claim.growth: {severity: error, reason: louder}", ":2: rules.claim.growth.severity"),
        ("rules:\n  claim.growth: {run: true, reason: on}", ":2: rules.claim.growth.run"),
        ("rules:\n  claim.growth: {run: false, severity: warning, reason: both}", "either run: false or severity"),
        ("rules:\n  claim.growth: {reason: neither}", "either run: false or severity"),
        ("sources:\n  qinghe:\n    claim.grwth: {run: false, reason: gone}", ":3: sources.qinghe.claim.grwth: there is no rule"),
        ("sources:\n  qinghe:\n    claim.grwth: {run: false, reason: gone}", "did you mean claim.growth"),
        ("rule: {}", "rule"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        book(tmp_path, text)
    assert complaint in str(told.value)
