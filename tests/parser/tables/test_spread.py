"""Headers whose spans a copy lost."""

from __future__ import annotations

import pytest

from services.parser.tables.spread import spread
from tests.parser.tables.grids import facts, final


def header(*lines: str, width: int) -> list[list[str]]:
    return [(row := line.split("|")) + [""] * (width - len(row)) for line in lines]


CASES = {
    "the three public expenses, twice": (
        (
            "预算数|决算数",
            "合计|出国|用车购置及运行费|公务接待费|合计|出国|用车购置及运行费|公务接待费",
            "小计|购置费|运行费|小计|购置费|运行费",
        ),
        (
            "预算数||||||决算数|||||",
            "合计|出国|用车购置及运行费|||公务接待费|合计|出国|用车购置及运行费|||公务接待费",
            "||小计|购置费|运行费||||小计|购置费|运行费|",
        ),
    ),
    "a group of codes and one of amounts": (
        ("项目|年初结转|本年收入|本年支出|年末结转", "科目编码|科目名称|小计|基本支出|项目支出"),
        ("项目||年初结转|本年收入|本年支出|||年末结转", "科目编码|科目名称|||小计|基本支出|项目支出|"),
    ),
    "two statements side by side": (
        ("收入|支出", "项目|金额|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款"),
        ("收入||支出|||", "项目|金额|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款"),
    ),
    "this year beside last year": (
        (
            "功能分类科目|2022年执行数|2023年预算数|2023年预算数比2022年执行数",
            "科目编码|科目名称|小计|基本支出|项目支出|增减额|增减%",
        ),
        (
            "功能分类科目||2022年执行数|2023年预算数|||2023年预算数比2022年执行数|",
            "科目编码|科目名称||小计|基本支出|项目支出|增减额|增减%",
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_headings_stand_over_their_groups_again(name: str) -> None:
    lost, kept = CASES[name]
    width = len(kept[0].split("|"))
    assert spread(header(*lost, width=width), width) == header(*kept, width=width)


def test_what_does_not_take_all_the_columns_is_left_alone() -> None:
    assert spread(header("项目|本年支出", "科目编码|科目名称|小计|基本支出", width=7), 7) is None


def test_a_header_that_kept_its_columns_is_left_alone() -> None:
    assert spread(header("项目||本年支出||", "编码|名称|小计|基本支出|项目支出", width=5), 5) is None


def test_the_amounts_of_a_copied_table_are_of_what_their_headings_say() -> None:
    heads = " | ".join(["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"] * 2)
    inner = " | ".join(["小计", "购置费", "运行费"] * 2)
    amounts = "9.00 | 0.00 | 7.00 | 0.00 | 7.00 | 2.00 | 8.00 | 0.00 | 7.00 | 0.00 | 7.00 | 1.00"
    drawn = f"预算数 | 决算数\n{heads}\n{inner}\n{amounts}"
    read = final("财政拨款“三公”经费支出决算表", "单位：万元", drawn)
    assert facts(read)[5] == "three_public.reception 2.00" and facts(read)[-1] == "three_public.reception 1.00"
