"""``gouji check``: what it takes, what it says, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import check
from services.cli.words import Language, language_of
from tests.cli.conftest import Gouji

CLEAN, DISCREPANCIES, WRONG = 0, 1, 2


def documents(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_exit_code_says_how_it_went(gouji: Gouji, wrong: Path, clean: Path, tmp_path: Path) -> None:
    assert gouji("check", clean).exit_code == CLEAN
    assert gouji("check", wrong).exit_code == DISCREPANCIES
    assert gouji("check", tmp_path / "none.pdf", wrong).exit_code == WRONG


def test_what_counts_as_a_discrepancy_can_be_chosen(gouji: Gouji, final: Path) -> None:
    """With nothing but a rule that finds a rounding, only the strictest level minds."""
    only = ("check", final, "--only", "claim.shares")
    assert gouji(*only).exit_code == CLEAN
    assert gouji(*only, "--fail-on", "warning").exit_code == CLEAN
    assert gouji(*only, "--fail-on", "rounding").exit_code == DISCREPANCIES
    assert "differs by rounding only" not in gouji(*only).stdout
    assert "differs by rounding only" in gouji(*only, "--rounding").stdout


def test_a_directory_stands_for_the_documents_in_it(gouji: Gouji, wrong: Path, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "B.PDF").write_bytes(wrong.read_bytes())
    (tmp_path / "a.txt").write_bytes(clean.read_bytes())
    (tmp_path / "notes.py").write_text("print()")
    (tmp_path / ".hidden.pdf").write_bytes(b"")
    result = gouji("check", tmp_path, "--format", "json")
    assert [each["document"] for each in documents(result.stdout)] == ["a.txt", "B.PDF"]
    assert result.exit_code == DISCREPANCIES


def test_an_empty_directory_is_told_not_passed_over(gouji: Gouji, tmp_path: Path) -> None:
    result = gouji("check", tmp_path)
    assert result.exit_code == WRONG
    assert "no document in this directory" in result.stdout


def test_standard_input_is_a_document(gouji: Gouji, wrong: Path) -> None:
    result = gouji("check", "-", "--format", "json", input=wrong.read_bytes())
    assert json.loads(result.stdout)["document"] == "stdin"
    assert result.exit_code == DISCREPANCIES


def test_a_missing_file_says_what_to_do(gouji: Gouji, tmp_path: Path) -> None:
    result = gouji("check", tmp_path / "none.pdf")
    assert "there is no such file; check the name" in result.stdout
    assert "Traceback" not in result.output


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 cut off", b"\0" * 5000])
def test_what_cannot_be_read_does_not_stop_the_others(gouji: Gouji, wrong: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(content)
    first, second = documents(gouji("check", broken, wrong, "--format", "json").stdout)
    assert first["error"]
    assert second["discrepancies"]


def test_a_defect_is_told_of_the_one_document_it_met(
    gouji: Gouji, wrong: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import services.validator.check

    real = services.validator.check.check

    def fails_once(report: object, **options: object) -> object:
        monkeypatch.setattr(services.validator.check, "check", real)
        raise RuntimeError("boom")

    monkeypatch.setattr(services.validator.check, "check", fails_once)
    result = gouji("check", clean, wrong, "--format", "json")
    first, second = documents(result.stdout)
    assert result.exit_code == WRONG
    assert first["error"]["code"] == "defect"  # type: ignore[index]
    assert "RuntimeError: boom at test_check.py" in first["error"]["reason"]["en"]  # type: ignore[index]
    assert second["discrepancies"]


def test_where_there_is_no_number_nothing_found_is_not_praise(gouji: Gouji, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一封来信", encoding="utf-8")
    output = gouji("check", tmp_path / "a.txt").stdout
    assert "no number to check" in output
    assert "nothing found that does not agree" not in output


def test_the_outcome_can_go_to_a_file(gouji: Gouji, wrong: Path, tmp_path: Path) -> None:
    result = gouji("check", wrong, "-f", "json", "-o", tmp_path / "out.json")
    assert result.stdout == ""
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["document"] == wrong.name
    gouji("check", wrong, "-f", "csv", "-o", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfdocument,"), "Excel takes it for UTF-8"


def test_a_file_that_cannot_be_written_is_told_before_the_work(
    gouji: Gouji, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "examine", lambda *_, **__: pytest.fail("it worked in vain"))
    result = gouji("check", "any.pdf", "-o", tmp_path / "no" / "out.html")
    assert result.exit_code == WRONG
    assert "its directory does not exist" in result.stderr
    assert "it is a directory" in gouji("check", "any.pdf", "-o", tmp_path).stderr


def found(output: str) -> set[str]:
    return {each["rule"] for each in json.loads(output)["discrepancies"]}


def test_rules_can_be_chosen_by_id_and_by_family(gouji: Gouji, wrong: Path) -> None:
    run = ("check", wrong, "--format", "json")
    everything = found(gouji(*run).stdout)
    assert found(gouji(*run, "--only", "claim.growth").stdout) == {"claim.growth"}
    assert found(gouji(*run, "--only", "text.*").stdout) == {rule for rule in everything if rule.startswith("text.")}
    assert found(gouji(*run, "--skip", "text.*", "--skip", "claim.growth").stdout) == {
        rule for rule in everything if not rule.startswith("text.") and rule != "claim.growth"
    }


def test_a_rule_that_does_not_exist_is_told_with_the_nearest(gouji: Gouji, wrong: Path) -> None:
    result = gouji("check", wrong, "--only", "claim.grwth")
    assert result.exit_code == WRONG
    assert "did you mean claim.growth" in result.stderr


def test_a_configuration_switches_off_and_lowers_and_the_outcome_says_so(gouji: Gouji, wrong: Path, tmp_path: Path) -> None:
    config = tmp_path / "gouji.yaml"
    config.write_text(
        "rules:\n  claim.growth: {run: false, reason: agreed with the office}\n"
        "  text.rate-unit: {severity: warning, reason: house style}\n"
    )
    outcome = json.loads(gouji("check", wrong, "--config", config, "--format", "json").stdout)
    severities = {each["rule"]: each["severity"] for each in outcome["discrepancies"]}
    assert "claim.growth" not in severities
    assert severities["text.rate-unit"] == "warning"
    assert {"rule": "claim.growth", "change": "off", "reason": "agreed with the office"} in outcome["settings"]
    for form in ("text", "html"):
        output = gouji("check", wrong, "--config", config, "--format", form).stdout
        assert "agreed with the office" in output
        assert "house style" in output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rules:\n  claim.growth: {run: false}", "claim.growth.reason"),
        ("rules:\n  claim.growth: {severity: error, reason: louder}", "'warning' or 'rounding'"),
        ("rules:\n  no.such: {run: false, reason: gone}", "no rule 'no.such'"),
        ("- a list", "the file"),
        ("rules: [", "gouji.yaml:2: did not find"),
    ],
)
def test_a_wrong_configuration_is_told(gouji: Gouji, wrong: Path, tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "gouji.yaml").write_text(text)
    result = gouji("check", wrong, "--config", tmp_path / "gouji.yaml")
    assert result.exit_code == WRONG
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "de_DE.UTF-8"}, Language.ZH),
        ({"LANG": "en_US", "LC_ALL": ""}, Language.EN),
    ],
)
def test_the_language_follows_the_locale(environment: dict[str, str], language: Language) -> None:
    assert language_of(environment) is language


def test_the_language_can_be_given(gouji: Gouji, clean: Path) -> None:
    run = ("check", clean, "--only", "claim.growth")
    assert "nothing found that does not agree" in gouji(*run).stdout
    assert "未发现不一致" in gouji(*run, "--lang", "zh").stdout


def test_a_reader_that_leaves_early_is_no_failure(final: Path) -> None:
    """The process writes far more than a pipe holds while nobody reads."""
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "check", "-f", "html", final], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == DISCREPANCIES


def test_checking_waits_for_nothing_it_does_not_need(final: Path) -> None:
    """The broker's clients and the crawler alone take longer to import than a document to check."""
    code = (
        "import sys\nfrom services.cli import app\ntry:\n    app()\nexcept SystemExit:\n    pass\n"
        "print(*(name for name in sys.modules if name.split('.')[0] in sys.argv[-1].split(',') or name == 'services.runtime'))"
    )
    heavy = "faust,aiokafka,scrapy,twisted,aiohttp,jinja2,sqlalchemy,asyncpg,rapidocr,cv2,onnxruntime"
    script = f"import sys; sys.argv = ['gouji', 'check', '-f', 'json', {str(final)!r}]\n" + code.replace(
        "sys.argv[-1]", repr(heavy)
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ}, check=True)
    assert done.stdout.splitlines()[-1].split() == []
