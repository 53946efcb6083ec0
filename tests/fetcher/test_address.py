"""One address for one page; nothing secret in a log."""

from __future__ import annotations

import pytest

from services.fetcher.address import host_of, is_maze, shown, tidy


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("a.pdf;jsessionid=12AB?x=1#p2", "http://h/d/a.pdf?x=1"),
        ("a?x=1&PHPSESSID=9&y=%BC%D7", "http://h/d/a?x=1&y=%BC%D7"),
        ("/(S(lit3py55t21z5v55vlm25s55))/list.aspx?id=7", "http://h/list.aspx?id=7"),
        ("a?id=7&ASPSESSIONIDQQ=X&CFTOKEN=1", "http://h/d/a?id=7"),
        ("a.json?id=7&_=1724976000000", "http://h/d/a.json?id=7"),
        ("a?r=0.8312345678", "http://h/d/a"),
        ("a?t=7&v=2024&time=20240830", "http://h/d/a?t=7&v=2024&time=20240830"),
        ("a?y=%BC%D7&b=%20&c", "http://h/d/a?y=%BC%D7&b=%20&c"),
        ("http://me:secret@h:8080/x", "http://h:8080/x"),
        ("http://h:99999999/", None),
        ("http://[h/", None),
        ("data:text/html,x", None),
        ("//h2/x", "http://h2/x"),
    ],
)
def test_an_address_without_session_and_fragment(href: str, url: str | None) -> None:
    assert tidy(href, "http://h/d/") == url


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://me:pw@h/x?id=7", "http://h/x?id=7"),
        ("http://h/x?id=7&access_token=abc&Signature=%2B1&empty=", "http://h/x?id=7&access_token=…&Signature=…&empty="),
        ("http://h/x", "http://h/x"),
        ("http://[h", "an address that is none"),
    ],
)
def test_what_of_an_address_is_shown(url: str, text: str) -> None:
    assert shown(url) == text


def test_a_path_that_repeats_itself_is_a_maze() -> None:
    assert is_maze("http://h/a/b/a/b/a/b/a/b/index.html")
    assert not is_maze("http://h/a/b/a/c/index.html")
    assert not is_maze("http://h///////x")


def test_a_host_is_what_it_is_whatever_the_port() -> None:
    assert host_of("https://WWW.Example.gov.cn:8443/x") == "www.example.gov.cn"
    assert host_of("http://[::1]:80/") == "::1"
