"""The real disclosures of the corpus through the whole pipeline: each stored once, with whose it is and what it says."""

from __future__ import annotations

import mimetypes

import pytest

from services.store import queries
from tests.pipeline.conftest import until_settled
from tests.pipeline.site import Site

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.corpus]

# (issuer, kind, scope, fiscal year) as a person reads them; the official blank form names nobody
IDENTITIES = {
    "hanyang-2019-final.txt": ("武汉市汉阳区大数据中心", "final_accounts", "department", 2019),
    "jiangan-2019-final.txt": ("武汉市江岸区城市大数据与网格化指挥中心", "final_accounts", "department", 2019),
    "jianghan-2022-budget.txt": ("江汉区大数据中心", "budget", "department", 2022),
    "panjin-2018-final.txt": ("盘锦市智慧城市运行管理中心", "final_accounts", "department", 2018),
    "putuo-guihua-2024-final.pdf": ("上海市普陀区规划和自然资源局", "final_accounts", "department", 2024),
    "putuo-shangwei-dept-2025-budget.pdf": ("上海市普陀区商务委员会", "budget", "department", 2025),
    "putuo-shangwei-unit-2025-budget.pdf": ("上海市普陀区商务委员会", "budget", "unit", 2025),
    "putuo-wanli-2024-budget.pdf": ("上海市普陀区人民政府万里街道办事处", "budget", "department", 2024),
    "putuo-wanli-2025-budget.pdf": ("上海市普陀区人民政府万里街道办事处", "budget", "department", 2025),
    "suizhou-2023-final.txt": ("随州市大数据中心", "final_accounts", "department", 2023),
    "template-final.pdf": (None, "final_accounts", "department", 2024),
}


async def test_every_document_of_the_corpus_is_stored_with_its_identity_facts_and_claims(corpus, pipeline_on):
    files = {
        path.name: (mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
        for path in sorted(corpus.iterdir())
        if path.suffix in (".pdf", ".txt")
    }
    async with Site(files) as site, pipeline_on(site) as pipeline:
        assert await pipeline.crawl_once() == 0
        await until_settled(pipeline)
        reports = await queries.reports(pipeline.dsn)
        counts = await pipeline.counts()
    stored = {r["url"].rsplit("/", 1)[-1]: r for r in reports}
    assert len(reports) == len(stored) == len(files)
    assert counts["disclosures.dead-letters.v1"] == 0
    identities = {name: (r["issuer"], r["kind"], r["scope"], r["fiscal_year"]) for name, r in stored.items()}
    assert identities == IDENTITIES
    unfilled = {"template-final.pdf"}
    assert {name for name, r in stored.items() if not r["facts"] or not r["claims"]} <= unfilled
    for name, r in sorted(stored.items()):
        print(f"{name}: {r['facts']} facts, {r['claims']} claims, {r['errors']} errors, {r['warnings']} warnings")
