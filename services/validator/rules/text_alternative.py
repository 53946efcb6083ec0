"""Alternatives of the template that were not decided: 增加（减少）, 小于(大于), 下降/增长."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

from schemas.validation import Category, Text
from services.validator.prose import gist, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words


def _pattern(groups: list[list[str]]) -> re.Pattern[str]:
    # 每 is looked for behind the word: a pattern that begins with a look behind is tried at every character
    pairs = [
        f"{one}(?<!每{one})(?:[(](?:或|/)?{two}(?:[、/或](?:等于|持平))?[)]|/?{two})"
        for group in groups
        for one, two in permutations(group, 2)
    ]
    pairs += [f"{merged}(?<!每{merged})" for merged in words("alternatives")["merged"]]
    follows, either_follows = "|".join(words("alternatives")["follows"]), words("alternatives")["either_follows"]
    whole = "|".join(pairs + words("alternatives")["both"] + words("alternatives")["either"])
    either = f"(?:(?<=或..)|(?<=或者..))(?={either_follows})"
    return re.compile(rf"(?:{whole})(?:(?<=持平)|{either}|(?<!或..)(?<!或者..)(?={follows}))")


_OPEN = _pattern(words("alternatives")["groups"])


@rule(
    "text.alternative",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="模板选项未确定", en="an alternative of the template left undecided"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("支出减少0.15万元，下降27.78%。").paragraph("（一）收入增加（减少）情况").report(),
    failing=lambda: Draft().paragraph("支出减少0.15万元，下降（增长）27.78%。").report(),
)
def alternative(view: View) -> Iterator[Finding]:
    """A sentence must say one direction: 增加（减少）, 下降（增长）, 小于(大于) before a number or a reason says both.

    Headings and the headers of columns (增加（减少）额) name what follows and are right; only a pair that is followed by a
    number, a reason or what it is compared with counts. What is left of a pair half deleted (减增加, 大小于), and a direction
    with 持平 (增加持平), say both too. One finding a paragraph.
    """
    text = prose(view)
    seen: dict[int, list[tuple[int, int]]] = {}
    for paragraph, match in text.search(_OPEN):
        seen.setdefault(paragraph, []).append(match.span())
    for spans in seen.values():
        first = text.text[slice(*spans[0])]
        begin, end = text.sentence(*spans[0])
        yield Finding(
            subject=gist(text.text[begin:end]),
            message=Text(
                zh=f"模板选项“{first}”未确定（{len(spans)}处）：“{text.text[begin:end][:80]}”。",
                en=f"“{first}” offers both directions; the sentence must state one.",
            ),
            evidence=text.sentences(view, spans),
            stated=text.text[spans[0][0] : spans[0][1] + 8].split("\n")[0],
        )
