"""Whether a change of a JSON Schema would break a reader.

Both directions matter here: a service of the new version reads what the old one wrote (replay, long retention), and a
subscriber built against the old version reads what the new one writes. So a property may be added when it is optional, and
an enumeration may grow; nothing may be removed, become required, or change its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in ``new`` breaks a reader or writer of ``old``, one line each; empty if nothing does."""
    return list(_compare(old, new, old, new, "$", frozenset()))


def _resolve(node: Schema, root: Schema) -> Schema:
    while "$ref" in node:
        name = str(node["$ref"]).rsplit("/", 1)[-1]
        node = root["$defs"][name]
    return node


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str, seen: frozenset[str]) -> Iterator[str]:
    reference = str(old.get("$ref", ""))
    if reference and reference in seen:
        return
    seen = seen | {reference} if reference else seen
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    before, after = _types(old, old_root), _types(new, new_root)
    if before - after:
        yield f"{path}: no longer accepts {', '.join(sorted(before - after))}"
    if after - before and before:
        yield f"{path}: may now be {', '.join(sorted(after - before))}, which an older reader does not expect"
    gone = set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", ())))
    if gone and "enum" in old:
        yield f"{path}: values removed: {', '.join(sorted(gone))}"
    yield from _compare_object(old, new, old_root, new_root, path, seen)
    if "items" in old and "items" in new and isinstance(old["items"], dict) and isinstance(new["items"], dict):
        yield from _compare(old["items"], new["items"], old_root, new_root, f"{path}[]", seen)
    for left, right in zip(_branches(old), _branches(new), strict=False):
        yield from _compare(left, right, old_root, new_root, path, seen)


def _compare_object(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str, seen: frozenset[str]
) -> Iterator[str]:
    before: dict[str, Schema] = old.get("properties", {})
    after: dict[str, Schema] = new.get("properties", {})
    for name in before.keys() - after.keys():
        yield f"{path}.{name}: removed"
    for name in set(new.get("required", ())) - set(old.get("required", ())):
        yield f"{path}.{name}: now required"
    for name in before.keys() & after.keys():
        yield from _compare(before[name], after[name], old_root, new_root, f"{path}.{name}", seen)


def _branches(node: Schema) -> list[Schema]:
    return [branch for branch in node.get("anyOf", ()) if branch.get("type") != "null"]


def _types(node: Schema, root: Schema) -> set[str]:
    if "anyOf" in node:
        return set().union(*(_types(_resolve(branch, root), root) for branch in node["anyOf"]))
    kind = node.get("type")
    return {kind} if isinstance(kind, str) else set(kind or ())
