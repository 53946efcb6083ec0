"""``gouji rules``: the catalogue of rules, listed and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from schemas.validation import Category, Severity
from services.cli.choice import BadChoice, named
from services.cli.output import fail, send
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    from rich.console import Console

    from services.validator.catalogue import AnyRule


def command(
    language: LanguageOption,
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="Explain this rule; text.* explains several.")] = None,
    category: Annotated[Category | None, typer.Option("--category", help="List only this family.")] = None,
    severity: Annotated[Severity | None, typer.Option("--severity", help="List only this severity.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="List only rules with these words in id, title or explanation.")
    ] = None,
) -> None:
    """List the rules that disclosures are checked by, or explain one with its legal basis and examples.

    \b
    gouji rules
    gouji rules --severity error --category year-on-year
    gouji rules --text 三公
    gouji rules claim.growth

    A rule is switched off or lowered by its id: gouji check --skip, --only, --config.
    Exit code: 0, or 2 where there is no such rule.
    """
    from services.validator.catalogue import every_rule

    try:
        wanted = None if rule is None else named([rule])
    except BadChoice as error:
        fail(str(error))
    chosen = [
        each
        for each in every_rule()
        if (wanted is None or each.id in wanted)
        and category in (None, each.category)
        and severity in (None, each.severity)
        and (text is None or text.casefold() in _all(each))
    ]
    from services.cli.plain import drawn

    def draw(console: Console) -> None:
        if not chosen:
            console.print(words(language)["rules_none"])
        elif rule is None:
            _list(console, chosen, words(language), language)
        for each in chosen if rule is not None else ():
            _explain(console, each, words(language), language)

    send(drawn(draw), None)


def _all(rule: AnyRule) -> str:
    return " ".join((rule.id, rule.title.zh, rule.title.en, rule.explanation)).casefold()


def _list(console: Console, chosen: list[AnyRule], words: Words, language: str) -> None:
    from services.cli.plain import grid

    headings = [words[f"rules_{name}"] for name in ("id", "severity", "category", "title")]
    rows = [(each.id, words[each.severity], each.category.value, getattr(each.title, language)) for each in chosen]
    console.print(grid(headings, rows))


def _explain(console: Console, rule: AnyRule, words: Words, language: str) -> None:
    from services.cli.plain import plain
    from services.validator.catalogue import example, examples, findings

    console.print(plain(f"{rule.id}  {getattr(rule.title, language)}", "bold"))
    facts = (words["rules_version"].format(rule.version), rule.category.value, words[rule.severity])
    duty = (words["rules_obligation"].format(rule.aspect),) if rule.aspect else ()
    console.print(plain(" · ".join((*facts, *duty)), "dim"))
    if rule.basis:
        console.print(plain(f"{words['basis']}: {rule.basis}"))
    console.print()
    console.print(plain(rule.explanation))
    for title, passing in ((words["rules_fails"], False), (words["rules_passes"], True)):
        console.print()
        console.print(plain(title, "bold underline"))
        console.print(plain("\n".join(example(examples(rule, passing=passing)))))
        if not passing:
            for found in findings(rule)[:2]:
                console.print(plain(f"{words['rules_finding']}: {getattr(found.message, language)}", "red"))
    console.print()
