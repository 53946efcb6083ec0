"""A plug-in says which links a page has; what is wrong with it is said with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.fetcher.plugin import LINKS_MOST, Link, Plugin, PluginError, Seen, load_plugin
from services.runtime.configuration import ConfigurationError

HEAD = "from services.fetcher.plugin import Link, Seen\n"
PAGE = Seen("https://x/list/1.html", "[]", listing=True)


def plugin(folder: Path, code: str) -> Plugin:
    (folder / "a.py").write_text(HEAD + code, "utf-8")
    made = load_plugin(folder, "a")
    assert made is not None
    return made


def test_links_and_further_pages_are_absolute_and_once(tmp_path: Path) -> None:
    code = """
from dataclasses import dataclass
@dataclass
class Row:
    href: "str"
def links(page):
    rows = [Row("2.pdf"), Row("../list/2.pdf"), Row("javascript:void(0)"), Row("https://y/3;jsessionid=1?a=1#top")]
    return (Link(row.href, "甲局", "2025-01-02") for row in rows)
def further(page):
    return ["?p=2", "?p=2", "mailto:x"]
"""
    made = plugin(tmp_path, code)
    assert made.links(PAGE) == (Link("https://x/list/2.pdf", "甲局", "2025-01-02"), Link("https://y/3?a=1", "甲局", "2025-01-02"))
    assert made.further(PAGE) == ("https://x/list/1.html?p=2",)
    assert [file.name for file in tmp_path.iterdir()] == ["a.py"], "no compiled file is left in the folder"


def test_a_plugin_may_leave_a_page_to_the_usual_reading(tmp_path: Path) -> None:
    made = plugin(tmp_path, "def links(page): return None")
    assert made.links(PAGE) is None
    assert made.further(PAGE) == ()


def test_a_plugin_that_never_ends_is_cut_short(tmp_path: Path) -> None:
    code = "import itertools\ndef links(page): return (Link(f'/{n}', '') for n in itertools.count())"
    found = plugin(tmp_path, code).links(PAGE)
    assert found is not None
    assert len(found) == LINKS_MOST


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def links(page):\n    return page.nothing", "a.py:3: AttributeError: "),
        ("def links(page):\n    yield Link('a', '')\n    yield 1 / 0", "a.py:4: ZeroDivisionError: "),
        ("import json\ndef links(page): return json.loads('{')", "a.py:3: JSONDecodeError: "),
        ("def links(page): return ['a']", "a.py: links() gave 'a', which is no Link"),
        ("def links(page): return 5", "TypeError: 'int' object is not iterable"),
    ],
)
def test_a_failure_names_file_line_and_page(tmp_path: Path, code: str, says: str) -> None:
    with pytest.raises(PluginError) as caught:
        plugin(tmp_path, code).links(PAGE)
    assert says in str(caught.value)
    assert str(tmp_path / "a.py") in str(caught.value)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("\ndef links(:", "a.py:3: invalid syntax"),
        ("import no_such_module", "a.py:2: ModuleNotFoundError: "),
        ("def link(page): return []", "a.py:1: a plug-in has a function links(page)"),
        ("links = 5", "a.py:1: a plug-in has a function links(page)"),
    ],
)
def test_what_does_not_load_is_a_mistake_of_the_file(tmp_path: Path, code: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        plugin(tmp_path, code)
    assert says in str(caught.value)


def test_only_a_file_of_the_folder_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    assert load_plugin(folder, "a") is None
    (tmp_path / "evil.py").write_text("raise SystemExit", "utf-8")
    (folder / "a.py").symlink_to(tmp_path / "evil.py")
    with pytest.raises(ConfigurationError, match="not a link out of it"):
        load_plugin(folder, "a")
