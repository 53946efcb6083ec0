"""Sources say what is watched, and every mistake in them is shown with its file and line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.fetcher.page import Link
from services.fetcher.sources import Limits, Paging, Source, load_sources
from services.runtime.configuration import ConfigurationError

ROOT = Path(__file__).parents[2]
GOOD = """\
sources:
  - id: a-caizheng
    publisher: 某市财政局
    region: "310107"
    start: [https://czj.example.gov.cn/yjsgk/index.html]
    schedule: {interval: 6h}
    limits: {size: 20MB, pause: 2s, concurrency: 1}
  - id: b
    start:
      - http://127.0.0.1:8000/
    local: true
"""


def loaded(folder: Path, **files: str) -> tuple[Source, ...]:
    """The sources of a folder with these files; ``a__py`` is a.py."""
    for name, text in files.items():
        file = folder / name.replace("__", ".").replace("_", "-")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return load_sources(folder)


def mistakes(folder: Path, **files: str) -> list[str]:
    """The mistakes in these files, paths relative to the folder."""
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, **files)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def one(**changes: Any) -> Source:
    return Source.model_validate({"id": "a", "start": ["http://x/"], **changes})


def test_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(GOOD, "utf-8")
    first, second = load_sources(tmp_path / "sources.yaml")
    assert (first.id, first.publisher, first.region, first.local) == ("a-caizheng", "某市财政局", "310107", False)
    assert first.schedule.interval == timedelta(hours=6)
    assert (first.limits.size, first.limits.pause, first.limits.concurrency) == (20_000_000, timedelta(seconds=2), 1)
    assert second.local
    assert second.limits.depth == 3, "what is not given has a careful default"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: b", "id: a-caizheng", "s.yaml:8: sources.1.id: another source is called 'a-caizheng'"),
        ("id: b", "id: B b", "s.yaml:8: sources.1.id: String should match pattern"),
        ("interval: 6h", "interval: often", "s.yaml:6: sources.0.schedule.interval: "),
        ("interval: 6h", "interval: -5", "s.yaml:6: sources.0.schedule.interval: "),
        ("interval: 6h", "intervall: 6h", "s.yaml:6: sources.0.schedule.intervall: Extra inputs"),
        ("interval: 6h", "interval: 9999999999d", "s.yaml:6: sources.0.schedule.interval: "),
        ("interval: 6h", "windows: [6 to 8]", "s.yaml:6: sources.0.schedule.windows.0: Value error, a window is written"),
        ("interval: 6h", "windows: ['25:00-06:00']", "s.yaml:6: sources.0.schedule.windows.0: Value error, hour must be"),
        ("interval: 6h", "busy: [02-30..03-01]", "s.yaml:6: sources.0.schedule.busy.0: Value error, day is out of range"),
        ("concurrency: 1", "concurrency: 0", "s.yaml:7: sources.0.limits.concurrency: "),
        ("http://127.0.0.1:8000/", "file:///etc/passwd", "s.yaml:10: sources.1.start.0: Value error, not an http(s) URL"),
        ("http://127", "http://me:secret@127", "s.yaml:10: sources.1.start.0: Value error, a URL carries no user name"),
        ("local: true", "allow: ['(']", "s.yaml:11: sources.1.allow.0: Value error, not a regular expression"),
        ("local: true", "encoding: klingon", "s.yaml:11: sources.1.encoding: Value error, no encoding of text"),
        ("local: true", "encoding: base64", "s.yaml:11: sources.1.encoding: Value error, no encoding of text"),
        ("local: true", "expected: -1", "s.yaml:11: sources.1.expected: "),
        ("local: true", "paging: {template: index.html}", "s.yaml:11: sources.1.paging.template: Value error, {page} is where"),
        ("local: true", "language: \"zh\\nX: y\"", "s.yaml:11: sources.1.language: "),
        ("local: true", "registers: [none.csv]", "s.yaml:11: sources.1.registers.0: there is no file 'none.csv'"),
        ("local: true", "local: true\n    local: false", "s.yaml:12: 'local' is given twice"),
        ("    start: [https://czj.example.gov.cn/yjsgk/index.html]\n", "", "s.yaml:2: sources.0.start: Field required"),
        ("  - id: b", "  - [", "s.yaml:"),
        (GOOD, "", "s.yaml:1: sources: Field required"),
        (GOOD, "- a", "s.yaml:1: the file: "),
        (GOOD, "sources: []", "s.yaml:1: sources: Value error, at least one"),
        (GOOD, "sources: [\x00]", "s.yaml:1: "),
        (GOOD, "id: a\npublisher: 甲", "s.yaml:1: start: Field required"),
        (GOOD, "a: &a [*a]", "s.yaml:1: "),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    lines = mistakes(tmp_path, s__yaml=GOOD.replace(old, new))
    assert any(line.startswith(message) for line in lines), lines


def test_all_mistakes_of_all_files_are_shown_at_once_and_no_secret(tmp_path: Path) -> None:
    wrong = GOOD.replace("6h", "often").replace("127.0.0.1", "user:secret@127.0.0.1") + "    local: true\n"
    lines = mistakes(tmp_path, a__yaml=wrong, b__yaml="id: c\nstart: []\n", c__yaml="{", d__py="def links(page:\n")
    assert [line.split(":")[:2] for line in lines] == [
        ["a.yaml", "12"], ["a.yaml", "6"], ["a.yaml", "10"], ["b.yaml", "2"], ["c.yaml", "2"],
    ]  # fmt: skip
    assert "secret" not in "".join(lines)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_sources(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("sources: 预算".encode("gbk"))
    with pytest.raises(ConfigurationError, match=r"gbk\.yaml"):
        load_sources(tmp_path / "gbk.yaml")


def test_a_folder_has_one_source_a_file_and_folders_below(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.yaml").write_text("not: [a source", "utf-8")
    below = {"id": "b", "start": ["http://b/"], "registers": ["due.csv"]}
    (tmp_path / "province").mkdir()
    (tmp_path / "province" / "due.csv").write_text("", "utf-8")
    (tmp_path / "province" / "b.yml").write_text(yaml.safe_dump(below), "utf-8")
    sources = loaded(tmp_path, a__yaml="id: a\nstart: [http://a/]\n", register__yaml="issuers: []\n", notes__txt="{")
    assert [source.id for source in sources] == ["a", "b"]


def test_a_folder_without_sources_and_two_files_with_one_id(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert mistakes(tmp_path / "empty") == [f"{tmp_path}/empty:1: no source is in it"]
    twice = mistakes(tmp_path, a__yaml="id: a\nstart: [http://a/]\n", b__yaml="start: [http://a/]\nid: a\n")
    assert twice == ["b.yaml:2: id: another source is called 'a'"]


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
    assert one(**patterns).wants(Link(url, text)) is wanted


def test_further_pages_by_a_template() -> None:
    paging = Paging(template="index_{page}.html", first=2, most=2)
    assert list(paging.pages("https://x/a/index.html")) == ["https://x/a/index_2.html", "https://x/a/index_3.html"]
    assert list(Paging(template="?p={page}", most=1).pages("https://x/a/list.jsp?c=1")) == ["https://x/a/list.jsp?p=1"]


def test_encodings_are_called_as_python_calls_them() -> None:
    assert one(encoding="GBK").encoding == "gbk"


def test_the_examples_are_sources_and_show_every_field() -> None:
    first, second = load_sources(ROOT / "examples" / "sources")
    written = yaml.safe_load((ROOT / "examples" / "sources" / "a-caizheng.yaml").read_text("utf-8"))
    assert list(written) == list(Source.model_fields)
    assert set(written["schedule"]) == set(type(first.schedule).model_fields)
    assert second.plugin is not None


def test_the_documented_example_and_limits(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "fetching.md").read_text("utf-8")
    (tmp_path / "sources.yaml").write_text(re.findall(r"```yaml\n(.*?)```", text, re.S)[1], "utf-8")
    first, second = load_sources(tmp_path)
    assert (first.id, second.local) == ("a-caizheng", True)
    assert re.findall(r"^\| `(\w+)` \| \d", text, re.M) == list(Limits.model_fields)
    fields = text.partition("| field |")[2].partition("\n\n")[0]
    told = [name for row in re.findall(r"^\| (`.*?`) \|", fields, re.M) for name in re.findall(r"\w+", row)]
    assert told == list(Source.model_fields)
