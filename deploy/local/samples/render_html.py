"""A document as the page of a government site: GBK bytes, no charset declared anywhere, site chrome around it."""

from __future__ import annotations

from html import escape

from deploy.local.samples.document import Document, Sheet, Text

_HEADINGS = {1: "h1", 2: "h2", 3: "h3", 4: "h4"}


def to_html(document: Document, source: str) -> bytes:
    """The whole page, GBK, with navigation, print and share buttons, related links and a footer."""
    body = "\n".join(_text(piece) if isinstance(piece, Text) else _table(piece) for piece in document.pieces)
    page = f"""<!DOCTYPE html>
<html><head><title>{escape(document.title)}_青禾区人民政府</title><script>var share = "分享到";</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/">政务公开</a></li><li><a href="/">办事服务</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/">财政预决算</a></div>
<div class="article"><h1>{escape(document.title)}</h1>
<p class="info">发布时间：{document.published}　来源：{escape(source)}　<a href="#">打印</a> <a href="#">分享</a></p>
<div class="content">
{body}
</div></div>
<div class="related"><h3>相关链接</h3><ul><li><a href="/">区财政局2025年部门预算</a></li></ul><p>扫一扫在手机打开当前页</p></div>
<div class="footer">青禾区人民政府办公室主办 备案号：云ICP备00000000号 联系电话：000-00000000</div>
</body></html>"""
    return page.encode("gb18030")


def _text(piece: Text) -> str:
    tag = _HEADINGS.get(piece.level, "p")
    return f"<{tag}>{escape(piece.text)}</{tag}>" if piece.level != 1 else ""


def _table(sheet: Sheet) -> str:
    def cells(row: tuple[tuple[str, int, int], ...]) -> str:
        return "".join(f'<td rowspan="{down}" colspan="{across}">{escape(text)}</td>' for text, down, across in row)

    head = "".join(f"<tr>{cells(row)}</tr>\n" for row in sheet.header)
    rows = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in sheet.rows)
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return (
        f'<p align="center"><b>{escape(sheet.title)}</b></p><p>编制单位：{escape(sheet.body)}　　单位：{sheet.unit}</p>\n'
        f'<table border="1">{head}{rows}</table>{notes}'
    )
