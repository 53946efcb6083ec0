"""What hostile files look like: each mutation takes the bytes of a sound one and a source of chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.fuzz.seeds import PACKAGES, packed, unpacked

_NUMBER = re.compile(rb"(?<=[\"'> ])\d{1,6}(?=[\"'< ])")
_ELEMENT = re.compile(rb"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_DEPTHS = (300, 5_000, 40_000)
_HUGE = (b"999999999", b"4294967296", b"-1", b"0", b"1e308", b"16384", b"1048576")


def cut(body: bytes, chance: Random) -> bytes:
    """A download that broke off."""
    return body[: chance.randrange(len(body))]


def flip(body: bytes, chance: Random) -> bytes:
    """Single bits turned."""
    damaged = bytearray(body)
    for _ in range(chance.choice((1, 4, 32, 256))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def swap(body: bytes, chance: Random) -> bytes:
    """Two blocks in each other's place."""
    a, b, c, d = sorted(chance.randrange(len(body)) for _ in range(4))
    return body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]


def repeat(body: bytes, chance: Random) -> bytes:
    """A block many times over."""
    a, b = sorted(chance.randrange(len(body)) for _ in range(2))
    return body[:b] + body[a:b] * min(chance.choice((1, 20, 2_000)), 2_000_000 // max(1, b - a)) + body[b:]


def blank(body: bytes, chance: Random) -> bytes:
    """A block of zeros: a lost sector."""
    a, b = sorted(chance.randrange(len(body)) for _ in range(2))
    return body[:a] + bytes(b - a) + body[b:]


def inject(body: bytes, chance: Random) -> bytes:
    """Random bytes in the middle."""
    at = chance.randrange(len(body))
    return body[:at] + chance.randbytes(chance.choice((1, 16, 4_096))) + body[at:]


def enlarge(body: bytes, chance: Random) -> bytes:
    """Spans, repetitions and sizes beyond measure."""
    return _NUMBER.sub(lambda number: chance.choice(_HUGE) if chance.random() < 0.3 else number[0], body)


def nest(body: bytes, chance: Random) -> bytes:
    """An element inside itself, thousands of times."""
    elements = list(_ELEMENT.finditer(body))
    if not elements:
        return b"(" * chance.choice(_DEPTHS) + body
    element, depth = chance.choice(elements), chance.choice(_DEPTHS)
    at = element.end()
    return body[:at] + element[0] * depth + f"</{element[1].decode()}>".encode() * depth + body[at:]


def expand(body: bytes, chance: Random) -> bytes:
    """Entities that grow tenfold at each level, or that fetch a file."""
    levels = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
    secret = '<!ENTITY e0 SYSTEM "file:///etc/passwd">' if chance.random() < 0.5 else '<!ENTITY e0 "boom">'
    declared = f"<!DOCTYPE x [{secret}{levels}]>".encode()
    start = body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0
    bodied = re.sub(rb">(?=[^<>]{2,}<)", b">&e11;", body[start:], count=3)
    return body[:start] + declared + bodied


def recode(body: bytes, chance: Random) -> bytes:
    """Parts in other encodings."""
    words = "年初预算数１２３．４５万元"
    mixed = b"".join(words.encode(encoding, "replace") for encoding in ("gb18030", "utf-8", "utf-16-le", "big5hkscs"))
    at = chance.randrange(len(body))
    return chance.choice((b"", b"\xff\xfe", b"\xef\xbb\xbf", b"\xfe\xff")) + body[:at] + mixed * 3 + body[at:]


def bomb(body: bytes, chance: Random) -> bytes:
    """A ZIP file that unpacks to far more than it holds, or holds itself many times over."""
    parts = unpacked(body)
    if chance.random() < 0.5:
        parts[chance.choice(sorted(parts))] = b"<a>" + b" " * 100_000_000 + b"</a>"
        return packed(parts)
    depth, width = chance.choice(((2, 9), (4, 3), (40, 1)))
    for _ in range(depth):
        body = packed({f"{k}.zip": body for k in range(width)})
    return body


Mutation = Callable[[bytes, Random], bytes]

MUTATIONS: tuple[Mutation, ...] = (cut, flip, swap, repeat, blank, inject, enlarge, nest, expand, recode)


def mutated(kind: str, body: bytes, chance: Random) -> tuple[str, bytes]:
    """A mutation of a seed of that kind: its name, and the bytes. In packages mostly a member is mutated."""
    if kind in PACKAGES and chance.random() < 0.08:
        return "bomb", bomb(body, chance)
    mutation = chance.choice(MUTATIONS)
    if kind not in PACKAGES or chance.random() < 0.3:
        return mutation.__name__, mutation(body, chance)
    parts = unpacked(body)
    part = chance.choice(sorted(name for name in parts if parts[name]))
    parts[part] = mutation(parts[part], chance)
    return f"{mutation.__name__} {part}", packed(parts)
