"""What reading or checking one document gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from services.cli.inputs import STDIN, Input, Missing, load

if TYPE_CHECKING:
    from schemas.report import Report
    from schemas.validation import Discrepancy, Validation


@dataclass(frozen=True)
class Problem:
    """Why a document could not be read: a stable code and a sentence for people, in Chinese and in English."""

    code: str
    zh: str
    en: str

    def said(self, language: str) -> str:
        """The sentence in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Outcome:
    """A document's name with either a problem, or its report, validation and discrepancies."""

    target: str
    problem: Problem | None = None
    report: Report | None = None
    validation: Validation | None = None
    discrepancies: tuple[Discrepancy, ...] = ()

    @property
    def name(self) -> str:
        """How the document is called in what is printed."""
        return "stdin" if self.target == STDIN else Path(self.target).name


def loaded(target: str) -> Input | Problem:
    """The bytes of a document, or why there are none."""
    try:
        return load(target)
    except Missing as error:
        return Problem("unavailable", error.zh, error.en)
    except OSError as error:
        said = str(error.strerror or error)
        return Problem("unavailable", f"无法取得文件：{said}", said)


def reading(document: Input) -> Report | Problem:
    """The report of a document, or why it could not be read. Never raises: a defect of ours is a problem that says so."""
    from services.parser.layout import Unreadable
    from services.parser.report import build_report

    try:
        return build_report(document.body, name=document.name, url=document.url)
    except Unreadable as error:
        return Problem(*error.reason)
    except Exception as error:
        return defect(error)


def defect(error: Exception) -> Problem:
    """An unforeseen exception as a problem of this one document; where it was raised helps whoever has to mend it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    said = f"{type(error).__name__}: {error}{where}"
    zh, en = "这是 gouji 的缺陷，请连同此文件报告：", "a defect of gouji, please report it with this document: "
    return Problem("defect", zh + said, en + said)
