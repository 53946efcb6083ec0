"""What all the members of a list say and one does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.report import Kind, Report, SectionKind
from schemas.validation import Category, Severity, Text
from services.validator.prose import prose
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

_SUMMARY = deferred(r"^[(（]?(?:\d+|[一二三四五六七八九十]+)[)）、.].{2,60}?(?:自评|评价)(?:报告)?(?:结果)?综述")
_PARTS = {name: re.compile(pattern) for name, pattern in words("wording")["summary_parts"].items()}
_NAME_ONLY = deferred(r"^[(（]?\d+[)）、.]\S{2,30}\(类\)\S{2,40}\(款\)\S{2,40}\(项\)[。.;]?$")
_EXPLAINED = deferred(r"\(项\)[”\"]?(?::|指|是|反映|,)")
_AMOUNT = deferred(r"(\d[\d,]{3,})(?:\.\d+)?万元")
_TITLE = deferred(r"^(?:附?表?[\d一二三四五六七八九十]+[、.．:：])?20\d\d年度?(部门|单位|预算单位)")


@rule(
    "text.sibling-part",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="项目自评综述缺少其他项目均有的部分", en="a project's summary lacks a part that the others have"),
    basis="财预〔2016〕143号：绩效自评结果应当完整公开",
    passing=lambda: _summaries("发现的问题及原因：无。"),
    failing=lambda: _summaries(""),
)
def sibling_part(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The summaries of evaluated projects have the same parts (产出和效果, 问题及原因, 下一步措施).

    Where at least two thirds of three or more summaries have a part, the others lack it. One finding a document.
    """
    text = prose(view)
    summaries = (index for index, line in enumerate(text.lines) if "综述" in line and _SUMMARY.match(line))
    heads = [index for index in summaries if text.parts[index] != SectionKind.CONTENTS]
    if len(heads) < 3:
        yield NotApplicable("fewer than three summaries")
        return
    blocks: dict[int, str] = {}
    for at, head in enumerate(heads):
        section = view.section_of(head)
        last = heads[at + 1] if at + 1 < len(heads) else max(head + 1, section.last if section else head + 1)
        blocks[head] = "\n".join(text.lines[head:last])
    lacking: dict[int, list[str]] = {}
    for name, pattern in _PARTS.items():
        without = [head for head, block in blocks.items() if not pattern.search(block)]
        if 0 < len(without) * 3 <= len(blocks):
            for head in without:
                lacking.setdefault(head, []).append(name)
    if not lacking:
        yield Passed("自评综述")
        return
    yield Finding(
        subject="自评综述",
        message=Text(
            zh="；".join(f"“{text.lines[head][:30]}”缺少{'、'.join(names)}" for head, names in lacking.items())[:200] + "。",
            en=f"{len(lacking)} summary(ies) lack a part that the others have.",
        ),
        evidence=tuple(text.whole(view, head) for head in lacking),
        stated="、".join(dict.fromkeys(name for names in lacking.values() for name in names)),
    )


@rule(
    "text.glossary-names",
    category=Category.MISSING_CONTENT,
    severity=Severity.WARNING,
    title=Text(zh="名词解释只列科目名称而无解释", en="the glossary lists items without explaining them"),
    basis="财预〔2016〕143号：对专业性较强的名词进行解释",
    passing=lambda: _listed("：反映为职工缴纳的住房公积金。"),
    failing=lambda: _listed(""),
)
def glossary_names(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """An entry of the glossary explains: a list of 类, 款, 项 names alone does not. One finding a document."""
    text = prose(view)
    inside = [index for index, part in enumerate(text.parts) if part == SectionKind.GLOSSARY]
    bare = [index for index in inside if _NAME_ONLY.match(text.lines[index])]
    if not bare:
        yield NotApplicable("no list of names")
    elif any(_EXPLAINED.search(text.lines[index]) for index in inside):
        yield Passed("名词解释")
    else:
        yield Finding(
            subject="名词解释",
            message=Text(
                zh=f"名词解释中{len(bare)}个科目只有名称，没有解释。", en=f"{len(bare)} items of the glossary are names only."
            ),
            evidence=tuple(text.whole(view, index) for index in bare[:12]),
            stated=text.lines[bare[0]],
        )


@rule(
    "text.thousands",
    category=Category.STRUCTURE,
    severity=Severity.WARNING,
    title=Text(zh="千位分隔符使用不一致", en="thousands separated in some amounts only"),
    basis="财预〔2016〕143号：公开内容规范",
    passing=lambda: Draft().paragraph("收入1,464.43万元，支出1,402.10万元。").report(),
    failing=lambda: Draft().paragraph("收入1,464.43万元，支出1,402.10万元，项目1099.06万元。").report(),
)
def thousands(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The amounts of a narrative are printed in one format. One finding a document, the rarer format as evidence."""
    text = prose(view)
    grouped: list[tuple[int, int]] = []
    plain: list[tuple[int, int]] = []
    for _, match in text.search(_AMOUNT, printed=True):
        whole = match[1]
        if "," in whole and all(len(group) == 3 for group in whole.split(",")[1:]):
            grouped.append(match.span())
        elif whole.isdecimal() and text.text[match.start() - 1] != ".":
            plain.append(match.span())
    if not grouped and not plain:
        yield NotApplicable("no amounts of a thousand and more")
    elif not grouped or not plain:
        yield Passed("数字格式")
    else:
        rare = min(plain, grouped, key=len)
        yield Finding(
            subject="数字格式",
            message=Text(
                zh=f"{len(grouped)}个金额使用千位分隔符，{len(plain)}个未使用。",
                en=f"{len(grouped)} amounts have separators of thousands, {len(plain)} have none.",
            ),
            evidence=tuple(text.evidence(view, *span) for span in rare[:8]),
            stated=text.text[slice(*rare[0])],
        )


@rule(
    "text.scope-word",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="表题“部门”“单位”混用", en="titles of tables mix 部门 and 单位"),
    basis="财预〔2016〕143号：部门与单位分别公开",
    passing=lambda: _titles("单位", "单位"),
    failing=lambda: _titles("单位", "部门"),
)
def scope_word(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """A document is a department's (部门) or a unit's (单位): its titles of tables say one. One finding a document."""
    said = [(table, match[1][-2:]) for table in view.tables if table.title and (match := _TITLE.match(table.title))]
    kinds = [word for _, word in said]
    if len(said) < 2:
        yield NotApplicable("titles do not say whose tables they are")
    elif len(set(kinds)) == 1:
        yield Passed("表题")
    else:
        rare = min(set(kinds), key=kinds.count)
        odd = [table for table, word in said if word == rare]
        text = prose(view)
        places = [
            index for index, line in enumerate(text.lines) if any(line == "".join((table.title or "").split()) for table in odd)
        ]
        yield Finding(
            subject="表题",
            message=Text(
                zh=f"{len(odd)}个表题写“{rare}”，其余{len(said) - len(odd)}个不同。",
                en=f"{len(odd)} title(s) say {rare}, the others do not.",
            ),
            evidence=tuple(text.whole(view, index) for index in places) or tuple(view.row_evidence(table, 0) for table in odd),
            stated=odd[0].title,
        )


def _summaries(problems: str) -> Report:
    draft = Draft().section("绩效自评结果", number="（二）", ordinal=2, level=3, kind=SectionKind.ITEM)
    for at in (1, 2, 3):
        said = "发现的问题及原因：执行偏慢。" if at < 3 else problems
        draft.paragraph(f"{at}.档案数字化{at}项目绩效自评综述：项目全年预算数为1.00万元。{said}")
    return draft.report()


def _listed(explanation: str) -> Report:
    draft = Draft().section("名词解释", kind=SectionKind.GLOSSARY, level=1)
    return draft.paragraph(f"8.住房保障支出（类）住房改革支出（款）住房公积金（项）{explanation}").report()


def _titles(*scopes: str) -> Report:
    draft = Draft(kind=Kind.BUDGET)
    for scope in ("单位", *scopes):
        title = f"2024年{scope}收入预算总表"
        draft.paragraph(title).table("income", [("合计", {})], [("", "合计", "1.00")], title=title)
    return draft.report()
