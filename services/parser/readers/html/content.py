"""Where on a web page the document is, and what around it is the site's: navigation, sharing, related links, footer."""

from __future__ import annotations

import re

from services.parser.readers.html.dom import DROPPED, Element, Text
from services.parser.readers.html.grids import holds_data

_DOMINANT = 0.75  # share of the words that a container must hold for the page to be inside it
_CHROME_TAGS = frozenset(("nav", "header", "footer", "aside", "form"))
_CHROME_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot\w*|copyright|share\w*|bdshare\w*|social\w*|crumbs?|breadcrumbs?|location|sidebar|"
    r"related|recommend\w*|xgxw|xglj|qr\w*|ewm|erweima|print\w*|toolbar|tools?|search\w*|login|friend\w*|prevnext|pager?|"
    r"pagination|hot\w*|weixin|wechat|comment\w*|accessib\w*)(?:$|[\s_-])",
    re.I,
)
_CHROME_TEXT = re.compile(
    r"(?:【?\s*(?:打印|关闭|收藏|分享|返回|纠错|下载)\s*(?:本页|此页|窗口|到|顶部|列表|文章|正文)?\s*】?[\s|:：]*)+|"
    r"(?:您?(?:现在|当前)?(?:的)?(?:所在)?位置|当前位置)\s*[:：].*|(?:上|下)一[篇条页]\s*[:：]?.*|.{0,6}扫一扫.{0,30}|"
    r".{0,4}(?:字体|字号)\s*[:：]?\s*[\[【(（]?\s*[大特].*|(?:浏览|访问|点击|阅读)(?:次数|量|数)?\s*[:：]\s*\d*.*|"
    r"(?:相关|友情|推荐)(?:链接|文章|阅读|附件|稿件|新闻)\s*[:：]?|.{0,80}ICP备.{0,60}|.{0,30}公安?网?备.{0,40}|版权所有.{0,60}|"
    r"(?:主办|承办|技术支持)(?:单位)?\s*[:：].{0,60}|网站标识码.{0,40}|[^。]{0,60}(?:发布|发文|更新)(?:时间|日期)\s*[:：][^。]*|(?:信息|文章)?来源\s*[:：][^。]*|(?:网站地图|无障碍|长者模式|返回首页|设为首页)",
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)", re.I)


def hidden(element: Element) -> bool:
    """Whether a browser would not show it."""
    attributes = element.attributes
    return (
        element.tag in DROPPED
        or "hidden" in attributes
        or attributes.get("type") == "hidden"
        or bool(_HIDDEN.search(attributes.get("style", "")))
    )


def chrome_text(text: str) -> bool:
    """Whether a line of text belongs to the site and not to the document."""
    return len(text) < 160 and bool(_CHROME_TEXT.fullmatch(text.strip(" |·【】[]")))


def prune(root: Element) -> None:
    """Takes out what is hidden, and what by its tag or class is the site's - unless most of the page is in it."""
    total = max(1, sum(_measure(root).values()))
    stack = [root]
    while stack:
        element = stack.pop()
        kept: list[Element | Text] = []
        for child in element.children:
            if isinstance(child, Element):
                if hidden(child) or (_chrome(child) and sum(_measure(child).values()) < total / 3):
                    continue
                stack.append(child)
            kept.append(child)
        element.children = kept


def main_element(root: Element) -> Element:
    """The innermost element that still holds most of the words outside links."""
    weight = _weights(root)
    element = next((item for item in root.elements() if item.tag == "body"), root)
    while True:
        total = weight.get(id(element), 0)
        best = max(
            (child for child in element.children if isinstance(child, Element)), key=lambda c: weight.get(id(c), 0), default=None
        )
        if (
            best is None
            or best.tag in ("p", "ul", "ol")
            or (best.tag == "table" and holds_data(best))
            or weight.get(id(best), 0) < max(1, total * _DOMINANT)
        ):
            return element
        element = best


def _chrome(element: Element) -> bool:
    if element.tag in _CHROME_TAGS:
        return True
    if element.tag not in ("div", "ul", "section", "span", "p", "dl", "td"):
        return False
    return bool(_CHROME_NAME.search(f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}"))


def _measure(element: Element) -> dict[str, int]:
    """Numbers of visible characters outside and inside links."""
    words = {"plain": 0, "linked": 0}
    stack: list[tuple[Element, bool]] = [(element, element.tag == "a")]
    while stack:
        item, linked = stack.pop()
        for child in item.children:
            if isinstance(child, Text):
                words["linked" if linked else "plain"] += len(child.characters.strip())
            elif not hidden(child):
                stack.append((child, linked or child.tag == "a"))
    return words


def _weights(root: Element) -> dict[int, int]:
    """For each element the number of characters outside links in it."""
    weights: dict[int, int] = {}
    order = list(root.elements())
    linked = {id(inner) for item in order if item.tag == "a" for inner in item.elements()}
    for element in reversed(order):
        own = 0 if id(element) in linked else sum(len(c.characters.strip()) for c in element.children if isinstance(c, Text))
        weights[id(element)] = own + sum(weights.get(id(c), 0) for c in element.children if isinstance(c, Element))
    return weights
