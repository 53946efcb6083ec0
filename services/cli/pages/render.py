"""Templates → one self-contained page."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.cli.words import words

_POLICY = "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'"
_HOME = Path(__file__).with_name("templates")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HOME), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def page(template: str, language: str, **context: Any) -> str:
    """The page of a template. Every word of ours stands in it in both languages; ``language`` is shown first."""
    style, script = ((_HOME / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return _environment().get_template(template).render(
        language=language,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_POLICY.format(_hash(style), _hash(script)),
        t=both,
        say=pair,
        term=_term,
        texts=_for_script,
        **context,
    )  # fmt: skip


def both(key: str, *values: object, **named: object) -> Markup:
    """A message in both languages, of which the page shows one."""
    return pair(words("zh")[key].format(*values, **named), words("en")[key].format(*values, **named))


def _term(kind: str, value: str) -> Markup:
    """The word for a value of the contracts that is no closed list there; the value itself where there is none."""
    key = f"{kind}_{value}"
    return pair(words("zh").get(key, value), words("en").get(key, value))


def pair(zh: str, en: str) -> Markup:
    """A text in both languages, of which the page shows one."""
    if zh == en:
        return Markup("{}").format(zh)
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(zh, en)


def _for_script(language: str) -> dict[str, str]:
    """The words that the script sets."""
    return {key: text for key, text in words(language).items() if key.startswith(("page_", "outcome_"))}


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
