"""A sources file says what is watched, and every mistake in it is shown with its line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from services.fetcher.page import Link
from services.fetcher.sources import Limits, load_sources, parse_sources
from services.runtime.configuration import ConfigurationError

GOOD = """\
sources:
  - id: a-caizheng
    publisher: 某市财政局
    region: "310107"
    start: [https://czj.example.gov.cn/yjsgk/index.html]
    interval: 6h
    limits: {size: 20MB, pause: 2s, concurrency: 1}
  - id: b
    start:
      - http://127.0.0.1:8000/
    local: true
"""


def test_a_good_file() -> None:
    first, second = parse_sources(GOOD)
    assert (first.id, first.publisher, first.region, first.local) == ("a-caizheng", "某市财政局", "310107", False)
    assert first.interval == timedelta(hours=6)
    assert (first.limits.size, first.limits.pause, first.limits.concurrency) == (20_000_000, timedelta(seconds=2), 1)
    assert second.local
    assert second.limits.depth == 3, "what is not given has a careful default"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: b", "id: a-caizheng", "sources.yaml:8: another source is called 'a-caizheng'"),
        ("id: b", "id: B b", "sources.yaml:8: sources.1.id: String should match pattern"),
        ("interval: 6h", "interval: often", "sources.yaml:6: sources.0.interval: "),
        ("interval: 6h", "interval: -5", "sources.yaml:6: sources.0.interval: "),
        ("interval: 6h", "intervall: 6h", "sources.yaml:6: sources.0.intervall: Extra inputs"),
        ("concurrency: 1", "concurrency: 0", "sources.yaml:7: sources.0.limits.concurrency: "),
        ("http://127.0.0.1:8000/", "file:///etc/passwd", "sources.yaml:10: sources.1.start.0: Value error, not an http(s) URL"),
        ("http://127", "http://me:secret@127", "sources.yaml:10: sources.1.start.0: Value error, a URL carries no user name"),
        ("local: true", "allow: ['(']", "sources.yaml:11: sources.1.allow.0: Value error, not a regular expression"),
        ("local: true", "local: true\n    local: false", "sources.yaml:12: 'local' is given twice"),
        ("    start: [https://czj.example.gov.cn/yjsgk/index.html]\n", "", "sources.yaml:2: sources.0.start: Field required"),
        ("  - id: b", "  - [", "sources.yaml:"),
        (GOOD, "", "sources.yaml:1: sources: Field required"),
        (GOOD, "- a", "sources.yaml:1: the file: "),
        (GOOD, "sources: []", "sources.yaml:1: sources: Value error, at least one"),
        (GOOD, "sources: [\x00]", "sources.yaml:1: "),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_sources(GOOD.replace(old, new))
    assert any(line.startswith(message) for line in str(caught.value).splitlines()), caught.value


def test_all_mistakes_are_shown_at_once_and_no_secret() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_sources(GOOD.replace("6h", "often").replace("127.0.0.1", "user:secret@127.0.0.1"))
    assert len(str(caught.value).splitlines()) == 2
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_sources(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("sources: 预算".encode("gbk"))
    with pytest.raises(ConfigurationError, match=r"gbk\.yaml"):
        load_sources(tmp_path / "gbk.yaml")


@pytest.mark.parametrize(
    ("patterns", "text", "url", "wanted"),
    [
        ({}, "甲局2024年部门预算", "http://x/1.html", True),
        ({}, "春节慰问", "http://x/1.html", False),
        ({}, "手册", "http://x/1.pdf", True),
        ({"allow": ["决算"]}, "甲局2024年部门预算", "http://x/1.pdf", False),
        ({"allow": [r"/yjs/.*\.html$"]}, "甲局", "http://x/yjs/1.html", True),
        ({"deny": ["解读|图解"]}, "甲局部门预算图解", "http://x/1.html", False),
        ({"deny": [r"\.zip$"], "allow": ["预算"]}, "甲局部门预算", "http://x/1.zip", False),
    ],
)
def test_what_is_followed(patterns: dict[str, list[str]], text: str, url: str, wanted: bool) -> None:
    (source,) = parse_sources(yaml.safe_dump({"sources": [{"id": "a", "start": ["http://x/"], **patterns}]}))
    assert source.wants(Link(url, text)) is wanted


def test_the_documented_example_and_limits() -> None:
    text = (Path(__file__).parents[2] / "docs" / "fetching.md").read_text("utf-8")
    first, second = parse_sources(re.findall(r"```yaml\n(.*?)```", text, re.S)[0])
    assert (first.hosts, second.local) == (("files.example.com",), True)
    assert re.findall(r"^\| `(\w+)` \| \d", text, re.M) == list(Limits.model_fields)
