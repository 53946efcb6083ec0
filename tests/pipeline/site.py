"""A site on 127.0.0.1 that offers whatever a test puts on it."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from deploy.local.samples.budget import budget
from deploy.local.samples.document import Defect, Sheet
from deploy.local.samples.figures import Body, bodies
from deploy.local.samples.render_html import to_html


class Site:
    """``files`` by path: (content type, bytes). The start page links to all of them; ``pause`` lies between two requests."""

    def __init__(self, files: dict[str, tuple[str, bytes]]) -> None:
        self.files = files
        self.pause = "0s"

    async def __aenter__(self) -> Site:
        app = web.Application(client_max_size=1024)
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def sources(self) -> str:
        """The text of a sources file for this site."""
        return (
            f"sources:\n  - id: test\n    start: ['{self.url}']\n    allow: ['.']\n"
            f"    local: true\n    limits: {{pause: {self.pause}, concurrency: 8, retries: 5}}\n"
        )

    async def _serve(self, request: web.Request) -> web.Response:
        path = request.path.lstrip("/")
        if not path:
            links = "".join(f"<li><a href='/{name}'>{name} 部门预算决算</a></li>" for name in self.files)
            return web.Response(text=f"<html><body><h1>预决算公开</h1><ul>{links}</ul></body></html>", content_type="text/html")
        if path not in self.files:
            return web.Response(status=404)
        kind, body = self.files[path]
        return web.Response(body=body, headers={"Content-Type": kind})


def budgets(number: int) -> dict[str, tuple[str, bytes]]:
    """Of budgets of that many invented libraries what they say of 三公 and procurement; every third has a planted defect."""
    out = {}
    original = bodies()["library"].raw
    for i in range(number):
        body = Body({**original, "issuer": f"云溪市青禾区第{i + 1}图书馆"})
        document = budget(body, 2025, "2025-02-10")
        last = max(at for at, piece in enumerate(document.pieces) if isinstance(piece, Sheet))
        document = replace(document, pieces=(document.pieces[0], *document.pieces[last:]))
        if i % 3 == 0:
            document = document.plant(
                [Defect("x", "政府采购服务预算243.50万元", "政府采购服务预算234.50万元", "narrative-arithmetic", "234.50万元")]
            )
        out[f"budget-{i + 1}.html"] = ("text/html", to_html(document, "图书馆"))
    return out
