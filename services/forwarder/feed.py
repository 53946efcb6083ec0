"""An Atom feed (RFC 4287) of the discrepancies that a subscription was told of: one entry each, as it stands now."""

from __future__ import annotations

import html
import io
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from feedgenerator import Atom1Feed

from schemas.shipped import read_yaml
from schemas.validation import Discrepancy
from services.forwarder.subscriptions import Feed

TAG = "tag:gouji.example,2025:discrepancy/"
"""Before a discrepancy's id it is the id of its entry (RFC 4151): the same in every feed and for ever."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
TITLE = 60
"""Characters of a message that are shown in a title."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def atom(feed: Feed, told: Iterable[tuple[datetime, Discrepancy]]) -> bytes:
    """The feed's bytes, of what was told when. The same input gives the same bytes."""
    words = _words()[feed.language]
    made = Atom1Feed(
        title=feed.title or words["title"],
        link=feed.url,
        feed_url=feed.url,
        feed_guid=feed.url,
        description="",
        author_name="gouji",
        language=feed.language,
    )
    made.latest_post_date = lambda: max((item["updateddate"] for item in made.items), default=EPOCH)
    for updated, found in told:
        made.add_item(
            title=_clean(_title(found, words, feed.language)),
            link=found.url if found.url and urlsplit(found.url).scheme in ("http", "https") else feed.url,
            description=None,
            content=_clean(_content(found, words, feed.language)),
            unique_id=TAG + found.discrepancy_id,
            pubdate=found.first_seen,
            updateddate=updated,
            categories=(found.rule, found.category.value, found.severity.value, found.state.value),
        )
    out = io.BytesIO()
    made.write(out, "utf-8")
    return out.getvalue()


def replace(file: Path, content: bytes) -> None:
    """Put ``content`` into a file so that a reader finds the old or the new one, whole. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        partial.write_bytes(content)
        partial.chmod(0o644)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _title(found: Discrepancy, words: dict[str, str], language: str) -> str:
    who = found.identity
    what = words[who.kind.value] if who.kind else ""
    whose = " ".join(str(part) for part in (who.issuer or words["unknown"], who.fiscal_year, what) if part)
    message: str = getattr(found.message, language)
    short = message if len(message) <= TITLE else message[: TITLE - 1] + "…"
    return f"[{words[found.severity.value]} · {words[found.state.value]}] {whose}：{short}"


def _content(found: Discrepancy, words: dict[str, str], language: str) -> str:
    """HTML; everything that comes from a document is text in it."""
    lines = [getattr(found.message, language)]
    for evidence in found.evidence:
        page = words["page"].format(evidence.page) + " " if evidence.page else ""
        lines.append(f"{page}「{evidence.quote}」")
    named = (("stated", found.stated), ("expected", found.expected), ("basis", found.basis), ("rule", found.rule))
    lines += [f"{words[name]}: {text}" for name, text in named if text]
    if found.cause:
        lines.append(f"{words['cause']}: {getattr(found.cause, language)}")
    return "".join(f"<p>{html.escape(line)}</p>" for line in dict.fromkeys(lines))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_name("words.yaml"))
    return words
