"""A deferred pattern does what the compiled one does, and is compiled when it is first used."""

from __future__ import annotations

import re

import pytest

from schemas.deferred import deferred


def test_it_does_what_the_compiled_pattern_does() -> None:
    pattern = deferred(r"(?P<unit>万?元)")
    compiled = re.compile(r"(?P<unit>万?元)")
    text = "收入3万元，支出2元"
    for _ in range(2):
        assert pattern.findall(text) == compiled.findall(text) == ["万元", "元"]
        assert [match["unit"] for match in pattern.finditer(text)] == ["万元", "元"]
        assert pattern.sub("", text) == compiled.sub("", text)
        assert pattern.search("数") is pattern.fullmatch("万元。") is None
    assert (pattern.pattern, pattern.groups) == (compiled.pattern, 1)


def test_it_is_compiled_when_it_is_first_used() -> None:
    broken = deferred("(")
    with pytest.raises(re.error):
        broken.search("")
    with pytest.raises(AttributeError):
        _ = deferred("元").amount  # type: ignore[attr-defined]
