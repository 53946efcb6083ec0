"""A body's figures: what the sample documents print, computed from ``bodies.yaml`` so that every relation holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml

CLASSES = (
    "一般公共服务支出", "外交支出", "国防支出", "公共安全支出", "教育支出", "科学技术支出", "文化旅游体育与传媒支出", "社会保障和就业支出",
    "卫生健康支出", "节能环保支出", "城乡社区支出", "农林水支出", "交通运输支出", "资源勘探工业信息等支出", "商业服务业等支出", "金融支出",
    "援助其他地区支出", "自然资源海洋气象等支出", "住房保障支出", "粮油物资储备支出", "国有资本经营预算支出", "灾害防治及应急管理支出", "其他支出",
)  # fmt: skip
NUMERALS = "一二三四五六七八九十"


def amount(value: Any) -> Decimal:
    """A 万元 amount with two decimals."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def percent(part: Decimal, whole: Decimal) -> str:
    """A rate as these documents print it: two decimals, half up."""
    return f"{(part / whole * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def numeral(n: int) -> str:
    """1 … 99 in Chinese numerals."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens - 1] + "十") + (NUMERALS[ones - 1] if ones else "")


@dataclass(frozen=True)
class Line:
    """One functional 项 with its amounts in 万元."""

    code: str
    names: tuple[str, str, str]  # 类, 款, 项
    initial: Decimal
    basic: Decimal
    project: Decimal
    purpose: str

    @property
    def total(self) -> Decimal:
        return self.basic + self.project


@dataclass(frozen=True)
class Body:
    """An invented body: ``raw`` is its entry in ``bodies.yaml``."""

    raw: dict[str, Any]

    @property
    def issuer(self) -> str:
        return str(self.raw["issuer"])

    @property
    def lines(self) -> list[Line]:
        return [
            Line(str(c), (a, b, n), amount(initial), amount(basic), amount(project), purpose)
            for c, a, b, n, initial, basic, project, purpose in self.raw["lines"]
        ]

    @property
    def economy(self) -> list[tuple[str, str, Decimal]]:
        return [(str(code), name, amount(value)) for code, name, value in self.raw["economy"]]

    @property
    def basic(self) -> Decimal:
        return sum((line.basic for line in self.lines), Decimal(0))

    @property
    def project(self) -> Decimal:
        return sum((line.project for line in self.lines), Decimal(0))

    @property
    def personnel(self) -> Decimal:
        return sum((value for code, _, value in self.economy if code[:3] in {"301", "303"}), Decimal(0))

    @property
    def operating(self) -> Decimal:
        return self.basic - self.personnel

    def number(self, key: str) -> Decimal:
        """A figure of the body by its key, 万元."""
        return amount(self.raw[key])


def tree(lines: list[Line]) -> list[tuple[str, str, Decimal, Decimal]]:
    """``(code, name, basic, project)`` of every 类, 款 and 项, parents before children, in order of code."""
    sums: dict[str, list[Any]] = defaultdict(lambda: ["", Decimal(0), Decimal(0)])
    for line in lines:
        for width, name in zip((3, 5, 7), line.names, strict=True):
            entry = sums[line.code[:width]]
            entry[0] = name
            entry[1] += line.basic
            entry[2] += line.project
    return [(code, *entry) for code, entry in sorted(sums.items())]


@cache
def bodies() -> dict[str, Body]:
    """All invented bodies by key."""
    return {key: Body(raw) for key, raw in read_yaml(Path(__file__).with_name("bodies.yaml")).items()}
