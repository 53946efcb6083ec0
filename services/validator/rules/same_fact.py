"""The same fact stated twice: most of cross-checking."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

from schemas.report import ClaimKind, Fact, Measure
from schemas.taxonomy.codes import normal_name
from schemas.taxonomy.concepts import squeeze, vocabulary
from schemas.validation import Category, Severity, Text
from services.validator.arithmetic import RATES, span, total
from services.validator.naming import key
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.rules.text_owner import other_bodies
from services.validator.samples import Draft
from services.validator.scopes import scope, sentence_before
from services.validator.slips import slip
from services.validator.view import View

_BY_WORDS = frozenset({"other", "performance", "asset", "staff", "project"})
_MANY_PLACES = 6


def _example(sentence: str) -> Draft:
    draft = Draft().table("income_expenditure", [("决算数", {"concept": "expenditure"})], [("", "本年支出合计", "30.00")])
    draft.paragraph(f"本年支出合计{sentence}万元。")
    draft.number(sentence, "万元")
    return draft.claim(ClaimKind.VALUE, value="n1")


@rule(
    "fact.same",
    category=Category.NARRATIVE_VS_TABLE,
    title=Text(zh="同一事实的各处数字应一致", en="one fact, stated in several places, is one number"),
    basis="《预算法》第十四条；财预〔2016〕143号：公开内容应真实、准确，文表一致",
    passing=lambda: _example("30.00").report(),
    failing=lambda: _example("36.00").report(),
)
def same_fact(view: View) -> Iterator[Relation]:
    """Two numbers that are the same fact (concept, money, nature, codes, phase, year and measure all equal) must agree, whether
    they stand in two tables, in a table and a sentence, or in two sentences; 元 and 万元 are compared as values.

    Every statement is compared with the one that most of the others support, tables before sentences. Not held against each
    other are: lines of one table that cannot be told apart; two sentences whose subject is only known by its words, or that
    count something (with and without companions, of which year ...), unless the one is a slip of the other (a warning); two
    rates in one paragraph, which have two subjects. Sentences that state three different numbers, or two that are nothing like
    each other, speak of different things; so does a sentence that is nothing like the table, unless its words name that very
    line. If a table contradicts most of what it shares with another table or with the text, it was misread. A sentence that
    calls 总计 what the table calls 本年合计 of the same money, to the last digit, only names it in another way.
    """
    groups: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in view.report.facts:
        if fact.measure is Measure.OTHER or (fact.concept in _BY_WORDS and not fact.item):
            continue
        if fact.source == "table" or not _of_unknown_code(view, fact):
            groups[_identity(fact)].append(fact)
    for members in groups.values():
        if len(members) > 1 and len(told_apart := _told_apart(members)) > 1:
            yield from _compare(view, told_apart)


_identity: Callable[[Fact], tuple[object, ...]] = attrgetter(
    "concept", "measure", "fund", "nature", "function", "economy", "item", "base", "phase", "year", "unit"
)


_ITEM = re.compile(r"[(（][款项][)）]")


def _of_unknown_code(view: View, fact: Fact) -> bool:
    """The sentence speaks of a 款 or 项 whose name is not known: the number is not that of the section's total."""
    place = fact.place
    if fact.function is not None or place.paragraph is None or place.offset is None:
        return False
    return _ITEM.search(view.paragraphs[place.paragraph].text, 0, place.offset) is not None


def _told_apart(members: Sequence[Fact]) -> list[Fact]:
    """Without the lines of one table that bear the same dimensions but different numbers, and without the sentences where
    they state three different numbers."""
    if _agree(members):
        return list(members)
    tables: dict[int, set[Decimal]] = defaultdict(set)
    said: list[Fact] = []
    for fact in members:
        if fact.place.table is not None:
            tables[fact.place.table].add(fact.value)
        elif not any(span(fact).meets(span(other)) for other in said):
            said.append(fact)
    return [
        fact
        for fact in members
        if (fact.place.table is None and len(said) < _TOO_MANY)
        or (fact.place.table is not None and len(tables[fact.place.table]) == 1)
    ]


_TOO_MANY = 3


def _agree(members: Sequence[Fact]) -> bool:
    first = members[0].value
    return all(fact.value == first for fact in members)


def _compare(view: View, members: Sequence[Fact]) -> Iterator[Relation]:
    reference = _reference(members)
    for fact in members:
        if fact.id != reference.id and comparable(view, fact, reference):
            yield Relation(
                subject=key(fact),
                left=(Term(fact),),
                right=(Term(reference),),
                category=category(fact, reference),
                severity=Severity.WARNING if _by_words(fact, reference) else None,
                group="same fact: rounding",
                trial=_trial(fact, reference),
            )


def _trial(fact: Fact, reference: Fact) -> str | None:
    """All that a table shares with another, or with the text, stands on one reading of the table."""
    tables = [other.place.table for other in (fact, reference) if other.place.table is not None]
    return f"same {sorted(tables)}" if tables else None


def comparable(view: View, fact: Fact, other: Fact) -> bool:
    """Whether the two statements of one fact are held against each other."""
    if _by_words(fact, other):  # only where a slip would be seen
        return _telling(fact) and _telling(other) and (span(fact).meets(span(other)) or slip(fact, other))
    if fact.value == other.value or span(fact).meets(span(other)):
        return True
    if _beside_carried(view, fact, other) or _beside_carried(view, other, fact):
        return False
    if fact.source == other.source == "table":
        return True
    if _another_s(view, fact) != _another_s(view, other) or scope(view, fact) != scope(view, other):
        return False
    if _listed_together(view, fact, other) or _with_balance(view, fact, other):
        return False
    if "table" in (fact.source, other.source):
        said, held = (fact, other) if other.source == "table" else (other, fact)
        return (_alike(said, held) or _named(view, said, held)) and not _other_total(view, said)
    if fact.measure in RATES and fact.place.paragraph == other.place.paragraph:
        return False
    return _alike(fact, other)


def _by_words(fact: Fact, other: Fact) -> bool:
    """Two sentences about something that only has words of its own, or that count something."""
    return fact.source == other.source != "table" and (
        fact.concept in _BY_WORDS or fact.measure in (Measure.COUNT, Measure.SCORE)
    )


_TELLING_WORDS, _TELLING_DIGITS = 6, 3


def _telling(fact: Fact) -> bool:
    """The words and the digits are so many that another thing will hardly share both but for a slip."""
    digits = sum(character.isdigit() for character in fact.text)
    return digits >= _TELLING_DIGITS and (fact.concept not in _BY_WORDS or len(fact.item or "") >= _TELLING_WORDS)


def _another_s(view: View, fact: Fact) -> bool:
    """2023年度某管理站机关运行经费…: the sentence speaks of another body. What that is, is another rule's."""
    before = sentence_before(view, fact)
    return any(name in before for name in other_bodies(view))


def _listed_together(view: View, fact: Fact, other: Fact) -> bool:
    """Two parts of one list that makes up its whole are two things, whatever their words."""
    lists = view.once(_whole_lists)
    return not lists.get(fact.id, frozenset()).isdisjoint(lists.get(other.id, frozenset()))


def _whole_lists(view: View) -> dict[str, set[int]]:
    """The lists that add up, by the facts that are their parts."""
    found: dict[str, set[int]] = defaultdict(set)
    for index, claim in enumerate(view.claims_by_kind[ClaimKind.PARTS]):
        whole, parts = view.played(claim, "whole"), view.played(claim, "part")
        if len(whole) == 1 and total(Term(part) for part in parts).meets(span(whole[0])):
            for part in parts:
                found[part.id].add(index)
    return found


def _with_balance(view: View, fact: Fact, other: Fact) -> bool:
    """政府性基金收入60万元，其中：本年收入50万元，年初结转10万元: the one figure holds the balance that the other leaves out."""
    concept = _BALANCES.get(fact.concept.partition("_")[0])
    here = fact.place.paragraph
    if concept is None or here is None or here != other.place.paragraph:
        return False
    apart = abs(fact.value - other.value)
    return any(balance.place.paragraph == here and balance.value == apart for balance in view.by_concept.get(concept, ()))


_BALANCES = {"income": "opening_balance", "expenditure": "closing_balance"}
_BUDGETS = frozenset(("general", "gov_fund", "state_capital"))


def _beside_carried(view: View, fact: Fact, other: Fact) -> bool:
    """项目支出 80万元: 本年拨款 70万元, 上年结转 10万元: a column of this year's money of a budget, beside that of what was
    carried forward, need not be all that is spent of it."""
    if fact.place.table is None or fact.fund not in _BUDGETS or fact.value > other.value:
        return False
    return any(
        carried.place.row == fact.place.row and fact.value + carried.value >= other.value
        for carried in view.in_table(fact.place.table)
        if carried.concept == "opening_balance"
    )


_SIDES = {"income": "in", "income_total": "in", "expenditure": "out", "expenditure_total": "out"}


def _other_total(view: View, said: Fact) -> bool:
    """支出总计 said of what the tables call 本年支出合计, or the reverse: another total of the same money, and right as that."""
    side = _SIDES.get(said.concept)
    if side is None or said.function or said.economy or said.nature != "total" or said.item:
        return False
    return any(
        _SIDES.get(other.concept) == side
        and other.concept != said.concept
        and other.source == "table"
        and (other.fund, other.nature, other.function, other.economy, other.item) == (said.fund, "total", None, None, None)
        and (other.phase, other.year) == (said.phase, said.year)
        for other in view.by_value[said.unit, abs(said.value)]
    )


_BEFORE = 30
_BREAK = re.compile("[，,。；;：:、（(）)]")


def _named(view: View, said: Fact, held: Fact) -> bool:
    """The words right before the number name the table's line, its nature or its concept: they can mean nothing else."""
    before = squeeze(view.clause_before(said, _BREAK, _BEFORE))
    terms = vocabulary()
    words = {
        word for axis, member in ((terms.natures, said.nature), (terms.concepts, said.concept)) for word in axis[member].words
    }
    line = view.line_of(held)
    label = normal_name(line[1].label) if line is not None and line[1] is not None else ""
    return any(len(word) > 2 and word in before for word in (*words, label))


def _alike(fact: Fact, other: Fact) -> bool:
    """Two numbers of which one may be a slip of the other, or that are near each other."""
    small, large = sorted((abs(fact.value), abs(other.value)))
    return small > 0 and (large / small < _NEAR or slip(fact, other))


_NEAR = Decimal("1.25")


def _reference(members: Sequence[Fact]) -> Fact:
    """The statement that most others meet; among equals a table's, then the finest, then the first."""
    if len(members) == 2 or _agree(members):  # none is supported more than another
        return max(members, key=lambda fact: (fact.source == "table", fact.decimals))
    sample = members[:_MANY_PLACES]
    supported = {fact.id: sum(span(fact).meets(span(other)) for other in sample) for fact in sample}
    exact = Counter((fact.value, fact.unit) for fact in members)
    return max(
        (fact for fact in members if fact.id in supported),
        key=lambda fact: (supported[fact.id], fact.source == "table", exact[fact.value, fact.unit], fact.decimals),
    )


def category(fact: Fact, other: Fact) -> Category:
    """The family of a disagreement between two statements, from where they stand."""
    if fact.measure is Measure.COUNT:
        return Category.COUNT
    if fact.source == other.source == "table":
        return Category.TABLE_ARITHMETIC if fact.place.table == other.place.table else Category.CROSS_TABLE
    return Category.NARRATIVE_VS_TABLE if "table" in (fact.source, other.source) else Category.NARRATIVE_VS_NARRATIVE
