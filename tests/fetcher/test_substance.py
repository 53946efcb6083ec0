"""A changed footer is no new version; a changed figure is one, wherever it stands."""

from __future__ import annotations

import pytest
from parsel import Selector

from services.fetcher.substance import substance

ROWS = "".join(f"<tr><td>项目{n}</td><td>{n}.50</td></tr>" for n in range(1, 30))
TEXT = "<p>本部门收入总计44.50万元，比上年增加2.10万元，增长4.95%。</p>" * 6
PAGE = """<html><head><title>甲局2023年度部门决算</title><script>var hits=12;</script></head><body>
<div class="header"><a href="/">首页</a> 今天是2024年9月1日</div>
<div class="nav menu"><a href="/1">要闻</a><a href="/2">公开</a></div>
<div class="wrap">
<div class="crumb">当前位置：<a href="/">首页</a> &gt; 公开</div><div class="article"><h1>甲局2023年度部门决算</h1>
<div class="info">发布时间：2024-08-30 来源：甲局 浏览次数：<span>12</span> 次 【字体：<a>大</a> <a>中</a> <a>小</a>】</div>
<div class="TRS_Editor">{text}<table>{rows}</table></div><p>上一篇：<a href="/9">乙局2023年度部门决算</a></p></div>
<div class="sidebar"><h3>热点</h3><a href="/5">召开会议</a><p>值班电话 0000-1234</p></div></div>
<div class="footer">主办：某区人民政府 备案号12345 技术支持：某公司</div></body></html>"""


def digest(page: str) -> str:
    return substance(Selector(text=page).root)


def made(text: str = TEXT, rows: str = ROWS) -> str:
    return PAGE.format(text=text, rows=rows)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("备案号12345", "备案号67890，网站标识码0001"),
        ("浏览次数：<span>12</span>", "浏览次数：<span>3480</span>"),
        ("今天是2024年9月1日", "今天是2024年12月31日 星期二"),
        ("乙局2023年度部门决算</a>", "丙局2023年度部门决算</a>"),
        ("召开会议", "又召开会议"),
        ("<a href=\"/1\">要闻</a>", "<a href=\"/1\">要闻</a><a href=\"/7\">新栏目</a>"),
        ("var hits=12;", "var hits=13;"),
        ("<title>", "<meta name='generated' content='now'><title>"),
        ("当前位置：", "您所在的位置："),
        ("本部门收入总计", "<span style='x'>本部门</span>收入\n  总计"),
    ],
)  # fmt: skip
def test_what_the_site_changes_is_no_change(old: str, new: str) -> None:
    assert old in made()
    assert digest(made().replace(old, new)) == digest(made())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("44.50万元", "44.60万元"),
        ("<td>7.50</td>", "<td>7.05</td>"),
        ("项目3<", "项目三<"),
        ("<h1>甲局2023年度部门决算", "<h1>甲局2023年度部门决算（更正）"),
        ("发布时间：2024-08-30", "发布时间：2024-09-02"),
        ("</table>", "</table><p>附表另行公开。</p>"),
        ("</table>", "</table><img src='/images/page1.jpg'>"),
    ],
)  # fmt: skip
def test_what_the_document_changes_is_one(old: str, new: str) -> None:
    assert old in made()
    assert digest(made().replace(old, new, 1)) != digest(made())


def test_figures_in_what_is_named_like_chrome_are_content() -> None:
    """Names lie: a class is not believed against the amounts in it."""
    page = "<body><div class='header'><p>收入总计{}万元</p></div><div class='footer'>{}</div></body>"
    assert digest(page.format("1.00", TEXT)) != digest(page.format("2.00", TEXT))
    assert digest(page.format("1.00", TEXT)) != digest(page.format("1.00", TEXT.replace("4.95", "4.59")))


def test_two_halves_beside_each_other_are_both_content() -> None:
    page = "<body><div>{}</div><div>{}</div></body>"
    assert digest(page.format(TEXT, ROWS)) != digest(page.format(TEXT, ROWS.replace("9.50", "9.05")))
    assert digest(page.format(TEXT, ROWS)) != digest(page.format(TEXT.replace("2.10", "1.20"), ROWS))


def test_long_sentences_about_visits_are_text() -> None:
    long = "<p>" + "本年度门户网站建设项目继续推进，" * 8 + "访问量：{}次，较上年有所增加。</p>"
    assert digest(made(long.format(100))) != digest(made(long.format(200)))


def test_a_scan_in_images() -> None:
    page = "<body><div class='con'><img src='/p/1.jpg?t=1'><img src='/p/2.jpg'></div><div class='foot'>{}</div></body>"
    assert digest(page.format("甲")) == digest(page.format("乙").replace("t=1", "t=2"))
    assert digest(page.format("甲")) != digest(page.format("甲").replace("/p/2.jpg", "/p/3.jpg"))


@pytest.mark.parametrize(
    "page", ["<p></p>", "<body></body>", "<!-- x -->", "<div>" * 3000 + "1.00", "<a>1.00元</a>", "<p>甲<!-- x -->乙</p>"]
)
def test_odd_pages_have_a_digest(page: str) -> None:
    assert len(digest(page)) == 64
