"""Facts as a Tabular Data Package (Frictionless), its columns typed as a Fiscal Data Package has it.

Sources: Data Package and Table Schema 1.0 (specs.frictionlessdata.io); Fiscal Data Package 1.0, budget standard taxonomy of
column types.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from schemas.taxonomy.concepts import vocabulary
from services.store.exports import FACTS, REPORTS, Selection, copy_facts, copy_reports

TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"

# Name → Table Schema type, Fiscal Data Package column type, what it is.
_REPORT_FIELDS: dict[str, tuple[str, str | None, str]] = {
    "report_id": ("string", None, "The disclosure, all its versions together"),
    "issuer": ("string", "administrative-classification:generic:label", "The body whose figures these are 单位名称"),
    "region": ("string", "geo:source:title", "From province down, separated by / 行政区划"),
    "kind": ("string", None, "budget 部门预算 or final_accounts 部门决算"),
    "scope": ("string", None, "department 部门 (with its subordinate units) or unit 单位"),
    "fiscal_year": ("integer", "date:fiscal-year", "The year that the disclosure is of 年度"),
    "title": ("string", None, "As printed 标题"),
    "published": ("date", "date:generic", "As the page shows it 公开日期"),
    "url": ("string", None, "Where it was found 网址"),
    "document": ("string", None, "sha256 of the file's bytes"),
    "fetched_at": ("datetime", None, "When it was found"),
    "errors": ("integer", None, "Discrepancies of severity error in the document itself 错误"),
    "warnings": ("integer", None, "Discrepancies of severity warning in the document itself 提醒"),
}
_FACT_FIELDS: dict[str, tuple[str, str | None, str]] = {
    "report_id": ("string", None, "The disclosure: reports.csv"),
    "fact_id": ("string", None, "The fact within its document"),
    "issuer": _REPORT_FIELDS["issuer"],
    "region": _REPORT_FIELDS["region"],
    "kind": _REPORT_FIELDS["kind"],
    "year": ("integer", "date:fiscal-year", "The year that the number is of, which need not be the disclosure's 年度"),
    "phase": ("string", "phase:id", "initial 年初预算, full_year 全年预算, final 决算, execution 执行数"),
    "direction": ("string", "direction", "revenue or expenditure, where the concept says so 收支方向"),
    "concept": ("string", "value-kind:code", "What is measured: terms.csv 概念"),
    "measure": ("string", None, "amount, change, growth, share, completion, count, score or other"),
    "fund": ("string", "fin-source:generic:code", "Whose money: terms.csv 资金来源"),
    "nature": ("string", "expenditure-type:code", "Kind of spending: terms.csv 支出性质"),
    "function": ("string", "functional-classification:generic:code", "Functional code 类/款/项 功能分类科目"),
    "function_name": ("string", "functional-classification:generic:label", "Its name in that year"),
    "economy": ("string", "economic-classification:generic:code", "Economic code 类/款 部门预算经济分类科目"),
    "economy_name": ("string", "economic-classification:generic:label", "Its name in that year"),
    "item": ("string", None, "The words of a subject without concept or code 事项"),
    "base": ("string", None, "What a change, growth, share or completion is measured against"),
    "value": ("number", None, "In base units: yuan, percentage points, things"),
    "unit": ("string", None, "CNY, percent, or a word"),
    "decimals": ("integer", None, "The value is good to 10 ** -decimals (XBRL)"),
    "text": ("string", None, "As printed 原文"),
    "source": ("string", None, "table or narrative"),
    "page": ("integer", None, "1-based; empty in documents without pages"),
    "table": ("integer", None, "0-based index of the document's tables"),
    "row": ("integer", None, "0-based row of the table's grid"),
    "column": ("integer", None, "0-based column of the table's grid"),
    "preferred": ("boolean", None, "Of several statements of the same fact the one to count"),
    "confidence": ("number", None, "1, or less where the number came from character recognition"),
}
_MONEY = {"value": "value", "unit": "value-currency:code"}
_TERM_FIELDS: dict[str, tuple[str, str | None, str]] = {
    "axis": ("string", None, "concept, fund or nature"),
    "id": ("string", None, "As in the columns of that name"),
    "label": ("string", None, "The standard term 标准名称"),
}


async def write_package(connection: asyncpg.Connection, selection: Selection, folder: Path) -> dict[str, int]:
    """Write ``datapackage.json`` and its CSV files into ``folder``, which is there; rows by resource.

    Raises OSError and asyncpg's errors.
    """
    counts = {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        with (folder / "reports.csv").open("wb") as out:
            counts["reports"] = await copy_reports(connection, selection, out)
        for name, money in (("amounts", True), ("measures", False)):
            with (folder / f"{name}.csv").open("wb") as out:
                counts[name] = await copy_facts(connection, selection, out, money=money)
    with (folder / "terms.csv").open("w", encoding="utf-8", newline="") as text:
        terms = csv.writer(text, lineterminator="\n")
        terms.writerow(_TERM_FIELDS)
        terms.writerows(_terms())
    descriptor = json.dumps(_descriptor(selection), ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(descriptor + "\n", encoding="utf-8")
    return counts


def _terms() -> list[tuple[str, str, str]]:
    known = vocabulary()
    axes = {"concept": known.concepts, "fund": known.funds, "nature": known.natures}
    return [(axis, term.id, term.label) for axis, terms in axes.items() for term in terms.values()]


def _descriptor(selection: Selection) -> dict[str, Any]:
    report = {"fields": "report_id", "reference": {"resource": "reports", "fields": "report_id"}}
    key = ["report_id", "fact_id"]
    chosen = {
        name: str(value) for name in ("issuer", "region", "year", "since") if (value := getattr(selection, name)) is not None
    }
    return {
        "profile": "tabular-data-package",
        "name": "gouji-facts",
        "title": "Facts of Chinese government budget disclosures 预决算公开数据",
        "description": "Every number that was read from the latest version of each disclosure, with what it is a number of and "
        "where it stands; docs/facts.md. amounts.csv holds money, measures.csv all other numbers.",
        "countryCode": "CN",
        "columnTypes": [TAXONOMY],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "gouji:selection": chosen,
        "resources": [
            _resource("reports", _REPORT_FIELDS, REPORTS, ["report_id"]),
            _resource("amounts", _FACT_FIELDS, FACTS, key, report, _MONEY),
            _resource("measures", _FACT_FIELDS, FACTS, key, report),
            _resource("terms", _TERM_FIELDS, _TERM_FIELDS, ["axis", "id"]),
        ],
    }


def _resource(
    name: str,
    fields: Mapping[str, tuple[str, str | None, str]],
    columns: Mapping[str, object],
    key: list[str],
    foreign: dict[str, Any] | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, *fields[column], (more or {}).get(column)) for column in columns]}
    schema |= {"primaryKey": key, "missingValues": [""]} | ({"foreignKeys": [foreign]} if foreign else {})
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(name: str, kind: str, column_type: str | None, meaning: str, more: str | None) -> dict[str, Any]:
    made = {"name": name, "type": kind, "description": meaning}
    return made | ({"columnType": more or column_type} if more or column_type else {})
