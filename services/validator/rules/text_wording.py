"""Slips of wording that need no number: doubled words and marks, reasons that are empty or say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.deferred import deferred
from schemas.validation import Category, Severity, Text
from services.validator.prose import Prose, gist, prose
from services.validator.registry import rule
from services.validator.results import Finding
from services.validator.samples import Draft
from services.validator.view import View
from services.validator.vocabulary import words

BASIS = "财预〔2016〕143号：公开内容应当真实、准确"
_REPEATED = frozenset(words("wording")["repeated"])
_MEETING = frozenset(words("wording")["meeting"])
_TWICE = deferred(r"([一-鿿]{2,6})\1(?!\1)")
_MARKS = deferred(r"[,、;:。](?:[,、;。]|(?<=、):)")
_EMPTY = deferred(
    r"原因(?:主要)?(?:是|为|:|是:|为:)(?:…+|\.{2,})?(?=。|;|,(?:其中|与|比|较))|主要是(?<![^,;]主要是)(?=[。;])|原因(?:主要)?(?:是|为|:|是:|为:)(?:…+|\.{2,})(?=[^.…]|$)"
)
_BROKEN_OFF = deferred(
    r"(?:增加|减少|增长|下降|%|大于|小于|预算数?|变动|差异)(?:[^。;\n]{0,12}|。)的?(?:主要)?原因(?:主要)?(?:是|为|:|是:|为:)(?=\n)"
)
_NOTHING = deferred(
    r"(?:增加|减少|增长|下降|大于|小于|低于|高于)[^。;\n]{0,30}原因(?:主要)?(?:是|为|:)?:?(?:无|没有原因|不详|同上)(?=[。;,]|\n|$)"
)
_AFTER = deferred(r"原因[主要是为:]{0,4}(?:[\n无]|没有原因|不详|同上)")
_THAN = deferred(r"(?:比|较)(?:20\d\d年度?|上年度?|去年)[^,。;比较与\n]{0,14}相比")
_DROPPED_YEAR = deferred(
    r"20\d\d(?<![\d.]\d{4})(?:度(?=[一-鿿“])|(?=财政拨款|一般公共预算|政府性基金|部门(?:预算|决算)|“三公”))"
    r"|较上一度(?=[一-鿿])|比上一度(?=[一-鿿])|与上一度(?=[一-鿿])"
)
_STANDSTILL = deferred(
    r"(持平|无增减变化|没有变化|无变化|保持一致)[。,;]((?:主要)?(?:减少|增加|下降|增长)(?!\()(?:的)?(?:主要)?原因)(?!是?:?无)"
)
_CHANGED = deferred(r"(?:增加|减少|增长|下降)(?:了|约)?[\d.,]*[1-9]")
_RESUMED = deferred(
    r"。(?:(?<=[万\d]元。)|(?<=%。))(完成(?:年初|全年|调整)?预算|比(?:20\d\d|上)年|较(?:20\d\d|上)年|占[^,。;\n]{0,14}?\d[\d.]*%|(?:增长|下降)\d)"
)


@rule(
    "text.doubled",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="文字重复", en="a word stands twice"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("我区的政务网络覆盖全区；研究研究再定。").report(),
    failing=lambda: Draft().paragraph("我区的政务政务网络覆盖全区。").report(),
)
def doubled(view: View) -> Iterator[Finding]:
    """A word of two to six characters directly after itself is a slip. Reduplications (研究研究) and nouns that end one term
    and begin the next (信息化项目项目支出) are right, unless the second ends its clause. One finding a document.
    """
    text = prose(view)
    spans = [match.span() for _, match in text.search(_TWICE, printed=True) if _is_slip(text.text, match)]
    if spans:
        shown = "、".join(f"“{text.text[slice(*span)]}”" for span in spans)
        yield Finding(
            subject="doubled",
            message=Text(zh=f"文字重复：{shown[:150]}。", en=f"Words stand twice in {len(spans)} place(s)."),
            evidence=tuple(text.evidence(view, start, end) for start, end in spans[:10]),
            stated=text.text[slice(*spans[0])],
        )


@rule(
    "text.marks",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="标点重复或误用", en="punctuation doubled or out of place"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("支出决算为0.88万元，完成年初预算的100.00%。与上年持平……").report(),
    failing=lambda: Draft().paragraph("支出决算为0.88万元，，完成年初预算的100.00%。").report(),
)
def marks(view: View) -> Iterator[Finding]:
    """Two marks in a row, and a full stop where the sentence goes on (…万元。完成年初预算的…) while the document's other
    sentences of the kind have a comma. One finding a document.
    """
    text = prose(view)
    spans = [match.span() for _, match in text.search(_MARKS, printed=True)]
    usual = {
        word: text.text.count("," + word) >= 3 * text.text.count("。" + word)
        for word in ("完成", "比", "较", "占", "增长", "下降")
    }
    for _, match in text.search(_RESUMED, printed=True, marks=("。完成", "。比", "。较", "。占", "。增长", "。下降")):
        if usual.get(match[1][:2], usual.get(match[1][:1], False)):
            begin = max(text.text.rfind(mark, 0, match.start()) for mark in "。,;\n") + 1
            spans.append((begin, match.end()))
    if spans:
        yield Finding(
            subject="marks",
            message=Text(
                zh="标点重复或误用：" + "、".join(f"“{text.text[slice(*span)]}”" for span in spans)[:150] + "。",
                en=f"Punctuation is doubled or out of place in {len(spans)} place(s).",
            ),
            evidence=tuple(
                text.evidence(view, max(start - 8, text.start(text.paragraph(start))), end) for start, end in spans[:10]
            ),
            stated=text.text[slice(*spans[0])],
        )


@rule(
    "text.empty-reason",
    category=Category.TEMPLATE_LEFTOVER,
    title=Text(zh="变动原因为空", en="the reason for a change is empty"),
    basis="财预〔2016〕143号：收支增减变化应当说明原因",
    passing=lambda: Draft().paragraph("增加1.00万元，主要原因是人员增加。").report(),
    failing=lambda: Draft().paragraph("增加1.00万元，主要原因是。").report(),
)
def empty_reason(view: View) -> Iterator[Finding]:
    """主要原因是 must be followed by a reason: a full stop, or the end of the paragraph with the next heading or item
    after it, leaves the template's slot empty (error).

    无, 同上 or 不详 for a change is no reason either (warning).
    """
    text = prose(view)
    for pattern, severity, hint in (
        (_EMPTY, Severity.ERROR, None), (_BROKEN_OFF, Severity.ERROR, _AFTER), (_NOTHING, Severity.WARNING, _AFTER)
    ):  # fmt: skip
        for paragraph, match in text.search(pattern, marks=("原因", "主要是"), hint=hint):
            begin, end = text.sentence(*match.span())
            if pattern is _BROKEN_OFF and not _goes_elsewhere(text, match[0], paragraph + 1):
                continue  # the reasons follow as a list
            if "增加(减少)" in match[0] or "减少(增加)" in match[0]:
                continue  # the open alternative is the finding
            yield Finding(
                subject=gist(text.text[begin:end]),
                message=Text(
                    zh=f"变动原因未填写：“{text.text[begin:end][-60:]}”。", en="The reason for the change was not filled in."
                ),
                evidence=(text.evidence(view, max(begin, match.start() - 40), end),),
                stated=match[0],
                severity=severity,
            )


@rule(
    "text.equal-reason",
    category=Category.WORDING_DIRECTION,
    title=Text(zh="持平却说明增减原因", en="a reason for a change where nothing changed"),
    basis="财预〔2016〕143号：收支增减变化应当说明原因",
    passing=lambda: Draft().paragraph("公务接待费0万元，与上年预算持平。主要用于公务接待。").report(),
    failing=lambda: Draft().paragraph("公务接待费0万元，与上年预算持平。减少原因主要是厉行节约。").report(),
)
def equal_reason(view: View) -> Iterator[Finding]:
    """与上年持平 followed at once by 减少原因 or 增加原因: the reason was left from the template or from last year.

    A reason for the standstill itself (持平的主要原因是…) is right, and so is a reason after a change of its own.
    """
    text = prose(view)
    for paragraph, match in text.search(_STANDSTILL):
        if _CHANGED.search(text.text, text.start(paragraph), match.start()):
            continue  # the reason is for a change that the paragraph states before
        begin, end = text.sentence(match.end() - 1, match.end())
        yield Finding(
            subject=gist(text.text[text.sentence(*match.span(1))[0] : match.end()]),
            message=Text(
                zh=f"前称“{match[1]}”，后述“{match[2]}”。", en="Nothing changed, and yet a reason for a change is given."
            ),
            evidence=(text.evidence(view, match.start(), end),),
            stated=text.text[max(begin, match.start(2)) : end][:80],
            expected=match[1],
        )


@rule(
    "text.year-word",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="“年度”缺“年”字", en="度 for 年度"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("2023年度基本支出较上一年度增加1.00万元，水温20度。").report(),
    failing=lambda: Draft().paragraph("2023度基本支出较上一度增加1.00万元。").report(),
)
def year_word(view: View) -> Iterator[Finding]:
    """2019度 and 较上一度 lack 年. One finding a document."""
    text = prose(view)
    spans = [match.span() for _, match in text.search(_DROPPED_YEAR, printed=True)]
    if spans:
        yield Finding(
            subject="年度",
            message=Text(zh=f"“年度”缺“年”字，共{len(spans)}处。", en=f"度 stands for 年度 in {len(spans)} place(s)."),
            evidence=text.sentences(view, spans),
            stated=text.text[slice(*spans[0])],
        )


@rule(
    "text.than-compared",
    category=Category.SEMANTIC,
    severity=Severity.WARNING,
    title=Text(zh="“比……相比”句式杂糅", en="two comparisons mixed in one phrase"),
    basis=BASIS,
    passing=lambda: Draft().paragraph("收入0万元，与2022年度决算数相比无变化。").report(),
    failing=lambda: Draft().paragraph("收入0万元，比2022年度决算数相比无变化。").report(),
)
def than_compared(view: View) -> Iterator[Finding]:
    """比上年…相比 mixes the template's two phrases 比上年… and 与上年…相比. One finding a document."""
    text = prose(view)
    spans = [match.span() for _, match in text.search(_THAN, printed=True)]
    if spans:
        yield Finding(
            subject="比…相比",
            message=Text(zh=f"“{text.text[slice(*spans[0])]}”句式杂糅，共{len(spans)}处。", en="相比 goes with 与, not with 比."),
            evidence=text.sentences(view, spans),
            stated=text.text[slice(*spans[0])],
        )


def _goes_elsewhere(text: Prose, words: str, index: int) -> bool:
    """Whether what follows an open reason is the next section, or the next item of the account with its amount. After a colon
    items are the reasons.
    """
    if index >= len(text.lines):
        return False
    section, line = text.headings.get(index), text.lines[index]
    if _MOVES.search(line.split("元")[0]):
        return False  # 1.基本支出增加0.60万元
    if section is not None and section.level <= _SECTION and "元" not in line:
        return _ACCOUNT.search(line) is not None
    return not words.endswith(":") and _ITEM.match(line) is not None


_SECTION = 3
_MOVES = deferred("增加|减少|增长|下降|上升|调整|提高|新增|追加|压减")
_ACCOUNT = deferred("部分|情况|说明|支出|收入|预算|决算|费|拨款|资产|采购|绩效|名词")
_ITEM = deferred(
    r"[(]?(?:[一二三四五六七八九十]+|\d{1,2})[)、.](?!\d)[^。;\n]{0,60}?(?:支出|收入|费|决算|预算|[(][类款项][)])[^。;\n]{0,24}?\d[\d,.]*万?元"
)


def _is_slip(text: str, match: re.Match[str]) -> bool:
    word = match[1]
    if word in _MEETING and text[match.end() : match.end() + 1] not in (",", "。", ";", ")"):
        return False
    if word in _REPEATED or len(set(word)) == 1 or set(word) <= set("一二三四五六七八九十百千万零年月日"):
        return False
    # A whole line of a word and itself is a flattened table.
    return text[match.end() : match.end() + 1] not in ("\n", "") or match.start() == 0 or text[match.start() - 1] != "\n"
