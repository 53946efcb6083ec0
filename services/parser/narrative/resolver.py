"""Words → what a number is a number of: concept, fund, nature, code, phase.

A subject is resolved only when every word of it is explained; else it stays itself (``concept=other`` with the normalised words
as ``item``), so that the same words in two places still meet and no wrong binding makes a false error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from schemas.report import Kind, Phase
from schemas.taxonomy.codes import BETWEEN, economy, functions
from schemas.taxonomy.concepts import squeeze, vocabulary
from services.parser.narrative.codes import Codes
from services.parser.narrative.rules import rules
from services.parser.narrative.subjects import BALANCES, SELF_FUNDED, Setting, Subject, describe, is_narrow, normal

_NAMED = frozenset(("project", "performance", "asset", "staff"))
"""Concepts that say nothing without the name of what they are a figure of."""

_TELLING = frozenset(("income", "expenditure", "agency_operating", "procurement", "service_purchase", "three_public"))
"""Sections whose bare amounts (金额, 支出决算) are of the section's own concept."""

_AMBIGUOUS = frozenset(("其他支出", "国有资本经营预算支出", "国有资本经营预算", "预备费"))
BUDGETS = frozenset(("general", "gov_fund", "state_capital"))
INCOME_FUNDS = frozenset(("superior", "undertaking", "business", "subordinate", "other", "own", "special_account", "carry_over"))
_STEP = r"(?:(?P<{name}>[^()]+?(?:\([^()类款项]*\)[^()]*?)*)\({word}\))?"
_PATH = re.compile(
    f"(?:支出)?{BETWEEN}".join(_STEP.format(name=n, word=w) for n, w in (("first", "类"), ("second", "款"), ("third", "项")))
)
_CLASS_DIGITS = 3
_LONGEST_NAME = 160
_LONGEST_ITEM = 80
_SPENT = re.compile(r"等((?:人员|公用|日常公用)经费)(?:支出)?$")
_SIDE_OF_YEAR = re.compile("(?:本年|当年|今年)支出")
_CODE = re.compile(r"\((2\d\d(?:\d\d){0,2}|3\d\d(?:\d\d)?)\)")
_LEADING = re.compile(r"^(2\d{6}|2\d{4}(?=[-—]))[-—]?(?=[一-龥])")
_STROKE = re.compile("[-—－/]+")
_OWNER = re.compile(r"^(?:部门|单位|本级|\((?:部门|单位|本级)\))+")
_ALL = re.compile(r"[总年]|合计|财政拨款|公共预算|基金|部门|[本各我全]单位|收入|预算|决算")
"""What the name of a single line of spending has not."""

_SPLIT_BALANCE = re.compile(r"(年初|年末|年终|上年)((?:一般公共预算|政府性基金预算|国有资本经营预算)?财政拨款)(?=结转|结余)")
"""年初财政拨款结转和结余: the money stands between the words of the balance."""

_ENDS = re.compile(r"(?:绩效)?(?:自评)?(?:综述|情况|结果|报告|说明)+$")


@lru_cache(maxsize=1)
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[str, str]], dict[str, str]]:
    """Every word that a subject may be made of, longest first; what each says: (axis, id); the stage that each names."""
    raw, terms = rules().raw, vocabulary()
    meaning: dict[str, tuple[str, str]] = {word: ("filler", word) for word in raw["fillers"]}
    for phase, group in raw["phases"].items():
        meaning |= dict.fromkeys(group, ("phase", phase))
    for axis in ("natures", "funds", "concepts"):
        meaning |= {word: (axis, id_) for word, id_ in terms.words(axis).items()}
    meaning |= {squeeze(word): ("concepts", id_) for id_, group in raw["concepts"].items() for word in group}
    meaning |= dict.fromkeys(raw["both"], ("both", "both"))
    meaning |= {
        "合计": ("filler", "合计"),
        "收入": ("side", "income"),
        "支出": ("side", "expenditure"),
        "总计": ("total", "总计"),
    }
    meaning |= {"总收入": ("total_side", "income"), "总支出": ("total_side", "expenditure"), "总预算": ("total_side", "both")}
    pattern = re.compile("|".join(map(re.escape, sorted(meaning, key=len, reverse=True))))
    return pattern, meaning, {word: phase for phase, group in raw["phases"].items() for word in group}


class Resolver:
    """Resolves subjects for one document; ``labels`` are the code → names of its own tables, ``payers`` code → fund."""

    def __init__(
        self,
        labels: Iterable[tuple[str, str]],
        year: int | None,
        issuer: str | None = None,
        payers: Mapping[str, str] | None = None,
    ) -> None:
        self._payers = payers or {}
        self._year = year
        self._issuer = squeeze(issuer or "")
        self._known: dict[tuple[str, Setting], Subject] = {}
        self._codes = Codes(labels, year)
        self._bodies = tuple(sorted(rules().raw["bodies"], key=len, reverse=True))

    def resolve(self, text: str, setting: Setting) -> Subject:
        """The subject that words (squeezed) name in a setting; words longer than any name are a subject of their own."""
        if len(text) > _LONGEST_NAME:
            return Subject(item=text[-_LONGEST_ITEM:])
        if (text, setting) not in self._known:
            self._known[text, setting] = _inside(self._resolve(text, setting), text, setting.whole)
        return self._known[text, setting]

    def _resolve(self, text: str, setting: Setting) -> Subject:
        text = self.plain(text).removesuffix("科目")
        code = _CODE.search(text) or _LEADING.match(text)
        if code is not None:
            return self._numbered(code[1], self._phase(text[code.end() :]), setting)
        path = _PATH.match(text)
        if path is not None and path.end() and any(path.groups()):
            return self._path(path, text[path.end() :], setting)
        stripped, phase, budget = self._phase(text)
        if setting.concept == "agency_operating" and setting.whole is not None and stripped:
            return Subject(item=f"机关运行经费/{stripped}", phase=phase, budget=budget)
        if not stripped or stripped == "项目":
            if stripped and setting.concept == "expenditure":
                return Subject("expenditure", setting.fund, "project", phase=phase, budget=budget)
            return _weak(text, setting, phase, budget)
        stripped = stripped.removesuffix("项目") if stripped.endswith("支出项目") else stripped
        if setting.concept in _NAMED and stripped == "支出总额":  # of what is named before it, not of the whole account
            return Subject(item=stripped, phase=phase, budget=budget)
        coded = self._dashed(stripped, setting) or self._coded(stripped, setting)
        if coded is not None:
            return replace(coded, phase=phase, budget=budget)
        for words in (text, stripped):
            found = self._compose(words, setting)
            if found is not None and found.concept not in _NAMED:
                return found if words is text else replace(found, phase=phase, budget=budget)
        if spent := _SPENT.search(stripped):  # 基本工资、津贴补贴等人员经费: all of it, its items named
            return self._resolve(spent[1], setting)
        item = _ENDS.sub("", stripped) or stripped
        ended = self._compose(item, setting) if item != stripped else None
        if ended is not None and ended.known and not ended.weak and ended.concept not in _NAMED:  # 支出说明: a title
            return replace(ended, phase=phase or ended.phase, budget=budget)
        return Subject(item=item[-_LONGEST_ITEM:], phase=phase, budget=budget)

    def _payer(self, function: str, fund: str) -> str:
        """The fund of a functional subject: 财政拨款 is the one of its three budgets that has this code, in the document's tables
        or else in the classification."""
        if fund != "fiscal" or len(function) <= _CLASS_DIGITS:
            return fund
        return self._payers.get(function) or vocabulary().payer(function)

    def ambiguous(self, text: str) -> Subject | None:
        """The functional class that words name which may mean other things, too: 其他支出年初预算数."""
        words = self.plain(text).removesuffix("科目")
        name, phase, budget = self._phase(words)
        name = words if name == "其他" else name
        code = functions().code(name, self._year, digits=_CLASS_DIGITS) if name in _AMBIGUOUS else None
        return None if code is None else Subject("expenditure", function=code, phase=phase, budget=budget)

    def plain(self, text: str) -> str:
        """Words without the issuer's name and what else does not belong to a subject."""
        text = _SPLIT_BALANCE.sub(r"\2\1", normal(text))
        if self._issuer and text.startswith(self._issuer):
            text = normal(_OWNER.sub("", text[len(self._issuer) :]))
        return text

    def _phase(self, text: str) -> tuple[str, Phase | None, bool]:
        """The words without the stage at their end, the stage, and whether it is a 预算 of no said kind."""
        stages = _lexicon()[2]
        if not text.endswith(tuple(stages)) or text.endswith(("公共预算", "基金预算", "经营预算")):
            return text, None, False  # no stage, or the name of a fund
        word = max(filter(text.endswith, stages), key=len)
        name = stages[word]
        rest = normal(text[: -len(word)])
        if name == "budget":
            side = word[:2] if word[:2] in ("收入", "支出") else ""
            return rest + side if rest else "", Phase.INITIAL, True
        side = next((side for side in ("收入", "支出") if side in word), "") if rest else ""
        return rest + side, Phase(name), False

    def _numbered(self, code: str, stage: tuple[str, Phase | None, bool], setting: Setting) -> Subject:
        """A subject whose code stands beside its name: 行政运行（2010301）."""
        _, phase, budget = stage
        if code.startswith("3"):
            return Subject("expenditure", setting.fund, "basic", economy=code, phase=phase, budget=budget)
        return Subject("expenditure", self._payer(code, setting.fund), function=code, phase=phase, budget=budget)

    def _path(self, match: re.Match[str], rest: str, setting: Setting) -> Subject:
        """A functional subject as the classification writes it: 类, 款 and 项 named, each with its word."""
        code: str | None = setting.function or ""
        deepest = 0
        if match["first"]:
            code = ""
        for digits, name in ((3, match["first"]), (5, match["second"]), (7, match["third"])):
            if name is None:
                continue
            deepest = digits
            if code is not None:
                found = self._codes.function(name, code, digits)
                if found is None and digits == 5 and match["third"]:
                    continue  # a 款 written wrong: the 项 may still be the only one of its name under the 类
                code = found
        stripped, phase, budget = self._phase(normal(rest))
        item = None
        if code is None or (stripped and self._compose(stripped, setting) is None and len(stripped) > 12):
            item, code = squeeze(match[0]), None
        if not code or len(code) != deepest:
            item, code = squeeze(match[0]), None
        nature = setting.nature if setting.nature in ("basic", "project") and setting.whole is not None else "total"
        if item:
            return Subject(item=item, phase=phase, budget=budget)
        assert code is not None
        return Subject("expenditure", self._payer(code, setting.fund), nature, code, phase=phase, budget=budget)

    def _dashed(self, text: str, setting: Setting) -> Subject | None:
        """农林水支出-水利-行政运行: class, 款 and 项 with strokes between them; itself where one of them is not known."""
        names = _STROKE.split(text)
        code = self._codes.function(names[0], "", _CLASS_DIGITS) if len(names) in (2, 3) else None
        if code is None:
            return None
        for digits, name in zip((5, 7), names[1:], strict=False):
            code = self._codes.function(name, code or "", digits)
            if code is None:
                return Subject(item=text[-_LONGEST_ITEM:])
        return Subject("expenditure", self._payer(code or "", setting.fund), function=code)

    def _coded(self, text: str, setting: Setting) -> Subject | None:
        """A bare name of a functional or economic subject; 其他支出 and 国有资本经营预算支出 may mean other things."""
        if text in _AMBIGUOUS:
            return None
        spending = setting.nature in ("basic", "personnel", "operating")
        code = economy().code(text, self._year, under="3") or (self._codes.economy(text) if spending else None)
        if code is not None and (spending or len(code) == 3):
            return Subject("expenditure", setting.fund, "basic" if spending else setting.nature, economy=code)
        nature = setting.nature if setting.nature == "project" else "total"
        if spending or _self_funded(setting.concept):
            return None
        for digits in (7, 5) if setting.function else (3,):
            under = (setting.function or "")[: 5 if digits == 7 else 3]
            found = self._codes.function(text, under, digits) if under or digits == 3 else None
            if found is None and setting.function and digits == 7:
                found = self._codes.function(text, setting.function[:3], 7)
            if found is not None:
                return Subject("expenditure", self._payer(found, setting.fund), nature, function=found)
        found = self._codes.function(text, "", 3)
        return Subject("expenditure", setting.fund, nature, function=found) if found is not None else None

    def _compose(self, text: str, setting: Setting) -> Subject | None:
        """A subject whose every word is in the vocabularies; null when one is not."""
        pattern, meaning, stages = _lexicon()
        said: dict[str, str] = {}
        at = self._named_body(text)
        while at < len(text):
            match = pattern.match(text, at)
            if match is None:
                owner = self._owner(text, at)
                if owner is None or said.keys() - {"filler"}:
                    return None
                at = owner
                continue
            axis, id_ = meaning[match[0]]
            if axis in said and axis not in ("filler", "side") and said[axis] != id_:
                id_ = _merge(axis, said[axis], id_)
                if not id_:
                    return None
            if axis == "side" and said.get("side", id_) != id_:
                said["both"] = "both"
            said[axis] = id_
            if match[0] in stages:
                said["phase"] = stages[match[0]]
            at = match.end()
        return self._subject(said, text, setting)

    def _named_body(self, text: str) -> int:
        """The length of a word for a body that the words begin with (中心收入总计: the centre's), 0 where there is none."""
        if not text.startswith(self._bodies):
            return 0
        fits = (body for body in self._bodies if len(body) > 1 and text.startswith(body))
        return next((len(body) for body in fits if _lexicon()[0].match(text, len(body))), 0)

    def _owner(self, text: str, at: int) -> int | None:
        """Where a body's name that begins here ends; null where there is none."""
        best = None
        for body in self._bodies:
            found = text.find(body, at, at + 40)
            while found >= 0:
                end = found + len(body)
                if end < len(text) and end - at >= (2 if len(body) > 1 else 3) and _lexicon()[0].match(text, end):
                    best = max(best or 0, end)
                found = text.find(body, end, at + 40)
        return best

    def _subject(self, said: Mapping[str, str], text: str, setting: Setting) -> Subject | None:
        phase = said.get("phase")
        stage = {"phase": stage_of(phase), "budget": phase == "budget"}
        fund, nature = said.get("funds"), said.get("natures")
        concept = said.get("concepts")
        side = said.get("side")
        if not said.keys() - {"filler", "phase"}:
            return _weak(text, setting, stage_of(phase), phase == "budget")
        if (fund is None and not _self_funded(concept)) or (fund == "fiscal" and setting.fund in BUDGETS):
            fund = setting.fund
        if concept is not None and _self_funded(concept):
            return Subject(concept, **stage)  # type: ignore[arg-type]
        if "both" in said:
            total = "合计" not in text
            return Subject("income_total" if total else "income", fund or "all", both=True, **stage)  # type: ignore[arg-type]
        if concept in ("income", "expenditure") and "total" in said:
            concept = f"{concept}_total"
        if concept is None:
            if nature is not None:
                concept = "expenditure"
            elif fund in INCOME_FUNDS:
                concept = "income" if fund != "carry_over" else "opening_balance"
                fund = fund if fund != "carry_over" else setting.fund
            elif "total_side" in said:
                concept = "income_total" if said["total_side"] == "income" else "expenditure_total"
            elif side is not None:
                concept = f"{side}_total" if "total" in said else side
            elif "total" in said and setting.concept:
                concept = f"{setting.concept}_total" if setting.concept in ("income", "expenditure") else setting.concept
            elif setting.concept in ("income", "expenditure") and fund not in (None, "all"):
                concept = setting.concept
            else:
                return None
        elif side is not None and concept in ("income", "expenditure") and side != concept:
            return None
        elif concept in ("income_total", "expenditure_total", "opening_balance", "closing_balance") and said.get("funds") is None:
            fund = "fiscal" if setting.fund == "fiscal" else "all" if setting.fund == "all" else setting.fund
        bare = (
            not said.keys() - {"filler", "phase", "side", "concepts"}
            and concept in ("income", "expenditure")
            and "本年" not in text
        )
        of_year = concept == "expenditure" and _SIDE_OF_YEAR.fullmatch(text) is not None
        if (bare or of_year) and _self_funded(setting.concept):
            return _weak(text, setting, stage_of(phase), phase == "budget")
        if bare and fund == "all" and _is_whole_budget(setting, phase, text):
            concept = f"{concept}_total"
        return Subject(concept, fund or "all", nature or "total", bare=bare, **stage)  # type: ignore[arg-type]


def _inside(found: Subject, text: str, whole: Subject | None) -> Subject:
    """A subject among a whole's parts: 基本支出 of a function is that function's; 公务接待费 of a project is not all of it."""
    if whole is None or found.weak or not found.known:
        return found
    if found.concept == "expenditure" and not found.function and whole.concept == "expenditure" and whole.function:
        return replace(found, function=whole.function, fund=whole.fund if found.fund == "all" else found.fund)
    if found.concept == "income" and found.fund in INCOME_FUNDS and whole.concept == "expenditure" and is_narrow(whole):
        # 项目支出…，其中：事业收入…: what paid for it
        return replace(whole, fund=found.fund, phase=found.phase, budget=found.budget)
    if found.concept == "expenditure" and not found.function and whole.concept == "other" and not _ALL.search(whole.item or "总"):
        return Subject(item=f"{whole.item}/{normal(text)}", phase=found.phase, budget=found.budget)
    divided = whole.concept.startswith("three_public") and found.concept == "expenditure" and found.fund in BUDGETS
    if divided or (is_narrow(whole) and (_self_funded(found.concept) or found.concept in BALANCES)):
        item = f"{describe(whole)}/{normal(text)}"
        return Subject(item=item[-_LONGEST_ITEM:], phase=found.phase, budget=found.budget)
    return found


def _is_whole_budget(setting: Setting, phase: str | None, text: str) -> bool:
    """收入预算 of a budget with balances is all that comes in, those brought forward included; 本年收入 is not."""
    return setting.kind is Kind.BUDGET and setting.balances and phase == "budget" and "本年" not in text


def _self_funded(concept: str | None) -> bool:
    return concept is not None and concept.split(".")[0] in SELF_FUNDED


def _merge(axis: str, one: str, other: str) -> str:
    """Two members of one axis in one subject: the narrower one, or nothing where they contradict."""
    if axis == "phase":
        return other
    if axis == "funds":
        if "all" in (one, other):
            return other if one == "all" else one
        if "fiscal" in (one, other):
            return other if one == "fiscal" else one
    if axis == "concepts":
        if other.startswith(one + ".") or one in ("income", "expenditure"):
            return other
        if one.startswith(other + "."):
            return one
        if other in ("income", "expenditure") or (_self_funded(one) and other == "expenditure_total"):
            return one
    if axis == "natures" and one == "basic":
        return other
    return ""


def stage_of(name: str | None) -> Phase | None:
    """The phase that a group of ``words.yaml`` stands for; a bare 预算 is the initial one until something says otherwise."""
    return None if name is None else Phase.INITIAL if name == "budget" else Phase(name)


def _weak(text: str, setting: Setting, phase: Phase | None, budget: bool) -> Subject:
    """Words that leave open what they are about: 支出决算, 年初预算, 金额. 收入预算 says it: the income."""
    side = next((side for word, side in (("收入", "income"), ("支出", "expenditure")) if text.startswith(word)), None)
    concept = side or (setting.concept if setting.concept in _TELLING else None) or "other"
    fund = "all" if _self_funded(concept) else setting.fund
    if side is not None and fund == "all" and _is_whole_budget(setting, "budget" if budget else None, text):
        concept = f"{side}_total"
    return Subject(concept, fund, phase=phase, budget=budget, weak=side != "income")
