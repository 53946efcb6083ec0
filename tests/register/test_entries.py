"""Registers as people write them, and every mistake in them with its line."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from schemas.report import Kind, Scope
from services.register.entries import Duty, load_duties, read_register, registers_of
from services.runtime.configuration import ConfigurationError

YAML = """\
defaults:
  region: 云溪市青禾区
  kinds: [预算, 决算]
  years: [2025]
  due: {预算: 02-28, final_accounts: 10-31}
issuers:
  - issuer: 云溪市青禾区财政局
  - issuer: 云溪市青禾区教育局
    kinds: budget
    approved: 2025-02-01
  - issuer: 云溪市青禾区教育局
    scope: 单位
    kinds: [决算]
    years: [2023, 2024]
"""
CSV = """\
单位名称,地区,类型,范围,年度,公开期限,批复日期,备注
云溪市青禾区财政局,云溪市 青禾区,预算、决算,部门,2024,09-30,,"两种,一行"
云溪市青禾区教育局,,决算,,2024,,2025/8/11,

云溪市青禾区教育局,,预算,单位,2025,2025年2月28日,,
"""


def written(folder: Path, text: str | bytes, name: str = "r.yaml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def told(duties: list[Duty]) -> list[tuple[str, Kind, Scope, int, str]]:
    return [(duty.issuer[-3:], duty.kind, duty.scope, duty.fiscal_year, str(duty.due.day)) for duty in duties]


def test_a_yaml_register(tmp_path: Path) -> None:
    duties = read_register(written(tmp_path, YAML))
    assert told(duties) == [
        ("财政局", Kind.BUDGET, Scope.DEPARTMENT, 2025, "2025-02-28"),
        ("财政局", Kind.FINAL_ACCOUNTS, Scope.DEPARTMENT, 2025, "2026-10-31"),
        ("教育局", Kind.BUDGET, Scope.DEPARTMENT, 2025, "2025-02-21"),
        ("教育局", Kind.FINAL_ACCOUNTS, Scope.UNIT, 2023, "2024-10-31"),
        ("教育局", Kind.FINAL_ACCOUNTS, Scope.UNIT, 2024, "2025-10-31"),
    ]
    assert {duty.region for duty in duties} == {("云溪市", "青禾区")}
    assert [duty.origin.rpartition(":")[2] for duty in duties] == ["7", "7", "8", "11", "11"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_register_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    duties = read_register(written(tmp_path, CSV.replace("\n", "\r\n").encode(encoding), "r.csv"))
    assert told(duties) == [
        ("财政局", Kind.BUDGET, Scope.DEPARTMENT, 2024, "2024-09-30"),
        ("财政局", Kind.FINAL_ACCOUNTS, Scope.DEPARTMENT, 2024, "2025-09-30"),
        ("教育局", Kind.FINAL_ACCOUNTS, Scope.DEPARTMENT, 2024, "2025-08-31"),
        ("教育局", Kind.BUDGET, Scope.UNIT, 2025, "2025-02-28"),
    ]
    assert (duties[0].region, duties[2].region, duties[3].origin[-2:]) == (("云溪市", "青禾区"), (), ":5")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("approved: 2025-02-01", "approved: soon", "r.yaml:10: issuers.1.approved.budget: Value error, a date is written"),
        ("approved: 2025-02-01", "approved: 2052-02-01", "r.yaml:8: issuers.1.due: 2052-02-21 is no time at which budget 2025"),
        ("approved: 2025-02-01", "approved: 2025-02-01\n    due: 02-28", "r.yaml:11: issuers.1.due: both a due date and"),
        ("years: [2023, 2024]", "due: 2024-10-31", "r.yaml:14: issuers.2.due: 2024-10-31 is no time at which final_accounts"),
        (
            "years: [2023, 2024]",
            "years: [2023, 2024]\n    due: 2024-10-31",
            "r.yaml:15: issuers.2.due: 2024-10-31 is of one year",
        ),
        ("years: [2023, 2024]", "years: [24]", "r.yaml:14: issuers.2.years.0: Input should be greater"),
        ("  due: {预算: 02-28, final_accounts: 10-31}\n", "", "r.yaml:6: issuers.0.due: no due date or approval is given"),
        ("  kinds: [预算, 决算]\n", "", "r.yaml:6: issuers.0.kinds: no kinds are given"),
        ("  years: [2025]\n", "", "r.yaml:6: issuers.0.years: no fiscal years are given"),
        ("kinds: budget", "kinds: 概算", "r.yaml:9: issuers.1.kinds.0: Value error, one of budget, 预算"),
        ("scope: 单位", "scope: 乡", "r.yaml:12: issuers.2.scope: Value error, one of department"),
        ("02-28", "02-30", "r.yaml:5: defaults.due.预算: Value error, a due date is written"),
        ("region: 云溪市青禾区", "region: 310107", "r.yaml:2: defaults.region: Value error, places are written by name"),
        ("scope: 单位", "scop: 单位", "r.yaml:12: issuers.2.scop: Extra inputs are not permitted"),
        (YAML, "issuers: [{}]", "r.yaml:1: issuers.0.issuer: Field required"),
    ],
)
def test_a_mistake_is_shown_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in YAML
    with pytest.raises(ConfigurationError) as caught:
        read_register(written(tmp_path, YAML.replace(old, new)))
    assert any(line.removeprefix(f"{tmp_path}/").startswith(message) for line in caught.value.lines), caught.value


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("单位名称", "名字", ["r.csv:1: no column is called '名字'; columns are, separated by commas: issuer or 单位名称"]),
        ("公开期限,批复日期", "备注2,备注", ["r.csv:1: no column is called '备注2'"]),
        ("备注\n", "单位\n", ["r.csv:1: given twice: issuer"]),
        ("预算、决算", "概算", ["r.csv:2: kinds: Value error, one of"]),
        ("2024,09-30", "二〇二四,九月", ["r.csv:2: years: ", "r.csv:2: due: Value error, a due date"]),
        ("2025/8/11", "2025-8-32", ["r.csv:3: approved: Value error, a date is written"]),
        ("2025年2月28日", "", ["r.csv:5: due: no due date or approval is given"]),
        (CSV, "", ["r.csv:1: a column is lacking: issuer, kinds, years"]),
        (CSV, "issuer,kinds,years\n", ["r.csv:1: a column due or approved is needed"]),
    ],
)
def test_a_mistake_in_a_csv(tmp_path: Path, old: str, new: str, messages: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_register(written(tmp_path, CSV.replace(old, new), "r.csv"))
    found = [line.removeprefix(f"{tmp_path}/") for line in caught.value.lines]
    assert all(any(line.startswith(message) for line in found) for message in messages), found


def test_a_cell_that_never_ends_is_a_mistake(tmp_path: Path) -> None:
    before = csv.field_size_limit(1000)
    try:
        with pytest.raises(ConfigurationError, match=r"r\.csv:2: field larger than field limit"):
            read_register(written(tmp_path, CSV.replace("两种,一行", "x" * 2000), "r.csv"))
    finally:
        csv.field_size_limit(before)


def test_registers_are_those_that_sources_name(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    written(tmp_path, "id: a\nregisters: [r.yaml]\nallow: ['(']\n", "a.yaml")
    written(tmp_path, "sources: [{id: b, registers: [r.csv, ../r.yaml]}, {id: c}, 5]\n", "b/b.yml")
    register = written(tmp_path, "issuers: [{issuer: 甲市财政局, kinds: 决算, years: 2024, due: 2025-09-30}]")
    other = written(tmp_path, "issuer,kinds,years,due\n甲市教育局,决算,2024,2025-09-30\n", "b/r.csv")
    assert registers_of(tmp_path) == {register: {"a", "b"}, other: {"b"}}
    assert {duty.issuer: duty.sources for duty in load_duties(tmp_path)} == {"甲市财政局": {"a", "b"}, "甲市教育局": {"b"}}
    assert registers_of(tmp_path / "b" / "b.yml") == {other: {"b"}, register: {"b"}}


def test_what_two_registers_expect_is_a_mistake_however_it_is_written(tmp_path: Path) -> None:
    written(tmp_path, "id: a\nregisters: [r.yaml, r.csv]\n", "a.yaml")
    written(tmp_path, "issuers: [{issuer: 甲市 财政局, kinds: 决算, years: 2024, due: 2025-09-30}]")
    written(tmp_path, "issuer,region,kinds,years,due\n财政局,甲市,决算,2024,2025-10-31\n", "r.csv")
    with pytest.raises(ConfigurationError) as caught:
        load_duties(tmp_path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "r.csv:2: final_accounts 2024 of 财政局 is in the register already, at r.yaml:1"
    )


def test_the_id_of_a_duty_is_that_of_the_body_and_not_of_its_due_date(tmp_path: Path) -> None:
    def only(text: str) -> Duty:
        (duty,) = read_register(written(tmp_path, f"issuers: [{{kinds: 决算, years: 2024, {text}}}]"))
        return duty

    one = only("issuer: 甲市乙区财政局, region: 甲市乙区, due: 2025-09-30")
    assert (
        one.id
        == only("issuer: 甲市乙区 财政局, approved: 2025-08-01").id
        == only("issuer: 财政局, region: [甲市, 乙区], due: 09-30").id
    )
    assert one.id != only("issuer: 财政局, region: 丙区, due: 09-30").id
    assert one.due.day == date(2025, 9, 30)


def test_the_documented_registers_are_registers(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "register.md").read_text("utf-8")
    yaml, table = (text.partition(f"```{kind}\n")[2].partition("```")[0] for kind in ("yaml", "csv"))
    assert [str(duty.due.day) for duty in read_register(written(tmp_path, yaml))] == ["2025-02-28", "2026-10-31", "2025-02-09"]
    assert [str(duty.due.day) for duty in read_register(written(tmp_path, table, "r.csv"))] == [
        "2024-10-31",
        "2025-10-31",
        "2025-08-31",
    ]
