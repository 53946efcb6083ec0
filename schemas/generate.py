"""Writes ``schemas/json``: JSON Schema of every event, the AsyncAPI document and the table of topics.

Usage: ``python -m schemas.generate`` writes; ``--check`` only says (exit 1) whether something written is out of date;
``--release`` also makes today's schemas the ones that later changes are compared with.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from schemas.topics import TOPICS, Topic

HOME = Path(__file__).with_name("json")
RELEASED = HOME / "released"


def json_schema(topic: Topic) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a topic's event."""
    schema = topic.model.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{topic.event}.json", **schema}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: every topic as a channel, every event as a message, who sends and who receives."""
    channels: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for topic in TOPICS:
        name = topic.model.__name__
        channels[name] = {
            "address": topic.name,
            "description": topic.meaning,
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {
                "kafka": {
                    "partitions": topic.partitions,
                    "topicConfiguration": {"cleanup.policy": [topic.cleanup], "retention.ms": topic.retention_ms},
                    "bindingVersion": "0.5.0",
                }
            },
        }
        messages[name] = {
            "name": topic.event,
            "title": name,
            "summary": topic.meaning,
            "contentType": "application/json",
            "headers": _headers(topic),
            "payload": {"schemaFormat": "application/schema+json;version=draft-07", "schema": {"$ref": f"./{topic.event}.json"}},
            "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}},
        }
        operations[f"send{name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": f"by {topic.written_by}",
        }
        readers = ", ".join(topic.read_by)
        operations[f"receive{name}"] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{name}"},
            "summary": f"by {readers}",
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "gouji",
            "version": "1.0.0",
            "description": "Disclosures found, read and checked. CloudEvents 1.0, Kafka binding, binary content mode.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _headers(topic: Topic) -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["ce_id", "ce_source", "ce_specversion", "ce_type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_type": {"const": topic.event},
            "content-type": {"const": "application/json"},
            **dict.fromkeys(("ce_id", "ce_source", "ce_time", "ce_subject", "ce_dataschema", "traceparent"), text),
        },
    }


def topic_table() -> str:
    """The table of topics as Markdown."""
    rows = ["| topic | event | key | partitions | kept | written by | read by | meaning |", "|---|---|---|---|---|---|---|---|"]
    for t in TOPICS:
        kept = f"{t.cleanup}, {t.retention_ms // 86_400_000} days"
        cells = (f"`{t.name}`", t.model.__name__, t.key, str(t.partitions), kept, t.written_by, ", ".join(t.read_by), t.meaning)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def outputs() -> dict[Path, str]:
    """Every generated file and its text."""

    def dump(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, indent=1) + "\n"

    files = {HOME / f"{topic.event}.json": dump(json_schema(topic)) for topic in TOPICS}
    files[HOME / "asyncapi.json"] = dump(asyncapi())
    files[HOME / "topics.md"] = topic_table()
    return files


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--release", action="store_true")
    arguments = parser.parse_args()
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments.check:
        for path in stale:
            sys.stderr.write(f"{path} is out of date: run python -m schemas.generate\n")
        return 1 if stale else 0
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if arguments.release:
        RELEASED.mkdir(exist_ok=True)
        for topic in TOPICS:
            (RELEASED / f"{topic.event}.json").write_text(
                (HOME / f"{topic.event}.json").read_text(encoding="utf-8"), encoding="utf-8"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
