"""Data of the textual rules as they must be for speed: many patterns joined into one are tried where one of them may begin."""

import re

import pytest

from services.validator.vocabulary import words

_CHARACTER = re.compile(r"(?:\\[n(]|[^\\([^.])(?![?*{])")
"""A character of its own, written plainly or escaped, that is not optional."""

BEGIN_PLAINLY = {
    "certain": words("instructions")["certain"],
    "either": words("alternatives")["either"],
    "both": words("alternatives")["both"],
    "phrases": list(words("confusables")["phrases"]),
}


@pytest.mark.parametrize("name", BEGIN_PLAINLY)
def test_patterns_that_are_joined_begin_with_a_character_of_their_own(name: str) -> None:
    """Begun with a choice or a look behind, one of them makes all be tried at every character of the text."""
    assert [pattern for pattern in BEGIN_PLAINLY[name] if not _CHARACTER.match(pattern)] == []


def test_one_that_begins_with_a_choice_is_noticed() -> None:
    assert not any(map(_CHARACTER.match, ["(?:作|做)以下", "[作做]以下", r"\(?以上", "请?删除", "(?<!有)无", "^填写"]))
    assert all(map(_CHARACTER.match, [r"\(以上", r"\n示例", "请(?:自行)?删除"]))
