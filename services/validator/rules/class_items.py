"""The classes of expenditure in the text and the items explained under each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.report import Fact, Measure
from schemas.validation import Category, Outcome, Text
from services.validator.arithmetic import decide
from services.validator.registry import rule
from services.validator.relations import Relation, Term
from services.validator.results import NotChecked
from services.validator.samples import Draft
from services.validator.view import View

Money = tuple[object, ...]
_FUNDS = ("fiscal", "general")  # the text often says 财政拨款 of the classes and nothing of the items
_CLASS = 3
_CONVINCING = 2


def _example(last: str) -> Draft:
    draft = Draft()
    for name, amount, items in (
        ("208", "20.00", (("2080505", "15.00"), ("2080801", "5.00"))),
        ("210", "8.00", (("2101101", "8.00"),)),
        ("212", "40.00", (("2120101", "30.00"), ("2120199", last))),
    ):
        draft.paragraph(f"{name}支出{amount}万元，具体包括：")
        draft.number(amount, "万元", fund="general", function=name)
        for code, text in items:
            draft.paragraph(f"（1）{code}支出{text}万元。")
            draft.number(text, "万元", fund="general", function=code)
    return draft


@rule(
    "text.class-items",
    category=Category.NARRATIVE_ARITHMETIC,
    title=Text(zh="各类支出应等于其下逐项说明之和", en="a class of expenditure equals the items explained under it"),
    basis="财预〔2016〕143号：一般公共预算支出按功能分类说明到项级科目",
    passing=lambda: _example("10.00").report(),
    failing=lambda: _example("4.00").report(),
)
def class_items(view: View) -> Iterator[Relation | NotChecked]:
    """Where the text explains each class (类) by its items (款, 项), the items add to the class.

    That the text means its lists to be complete is seen from the other classes: at least two of them add up, and this one
    is the only one that does not. An amount under it whose name is not understood leaves it unchecked.
    """
    for money, classes in _classes(view).items():
        relations = {code: _relation(money, code, whole, parts) for code, (whole, parts) in classes.items()}
        failed = [code for code, relation in relations.items() if decide(relation).outcome is Outcome.FAILED]
        for code, relation in relations.items():
            sound = len(failed) == 1 and len(relations) - 1 >= _CONVINCING
            if code not in failed or (sound and not _unknown(view, classes[code][1])):
                yield relation
            else:
                yield NotChecked("the list of items need not be complete", relation.subject, (classes[code][0].id,))


def _relation(money: Money, code: str, whole: Fact, parts: list[Fact]) -> Relation:
    subject = f"items of {code} {'|'.join(str(part) for part in money)}"
    return Relation(subject=subject, left=(Term(whole),), right=tuple(Term(part) for part in parts), group="classes: rounding")


def _classes(view: View) -> dict[Money, dict[str, tuple[Fact, list[Fact]]]]:
    """By phase and year: every class with its deepest items. What is stated in two ways is left out."""
    stated: dict[Money, dict[str, Fact]] = defaultdict(dict)
    doubtful: set[tuple[Money, str]] = set()
    for fact in view.said:
        if fact.measure is not Measure.AMOUNT or fact.concept != "expenditure" or fact.function is None:
            continue
        if fact.nature != "total" or fact.economy or fact.item or fact.fund not in _FUNDS:
            continue
        money: Money = (fact.phase, fact.year)
        if stated[money].setdefault(fact.function, fact).value != fact.value:
            doubtful.add((money, fact.function[:_CLASS]))
    found: dict[Money, dict[str, tuple[Fact, list[Fact]]]] = defaultdict(dict)
    for money, facts in stated.items():
        under: dict[str, list[str]] = defaultdict(list)
        for code in facts:
            if len(code) > _CLASS:
                under[code[:_CLASS]].append(code)
        for code, codes in under.items():
            if code in facts and (money, code) not in doubtful:
                leaves = [other for other in codes if not any(deeper != other and deeper.startswith(other) for deeper in codes)]
                found[money][code] = (facts[code], [facts[leaf] for leaf in leaves])
    return found


def _unknown(view: View, parts: list[Fact]) -> bool:
    """From the first item of the class to the next class there is an amount whose name is not understood."""
    first = min(part.place.paragraph if part.place.paragraph is not None else len(view.paragraphs) for part in parts)
    begun = False
    for paragraph in range(first, len(view.paragraphs)):
        for fact in view.by_paragraph.get(paragraph, ()):
            begun = begun or fact.id in {part.id for part in parts}
            if not begun or fact.measure is not Measure.AMOUNT:
                continue
            if fact.function is None:
                return True
            if len(fact.function) == _CLASS:
                return False
    return False
