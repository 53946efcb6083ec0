"""Many events of every kind about the same few things, so that they meet: repeats, corrections, new readings, new words."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from schemas.expectation import Standing
from schemas.raw import Annex
from schemas.removal import Absence
from schemas.validation import Severity, State, Text
from services.store.told import Told, tell

START = datetime(2025, 3, 1, tzinfo=UTC)


def sha(chance, kind, number):
    """One of a few digests."""
    return f"{kind}{chance.randrange(number):02d}".ljust(64, "0")


def url(chance):
    return f"https://www.example.gov.cn/{chance.randrange(30)}.html"


def mixture(examples, count, seed=0) -> list[Told]:
    """``count`` events, each said at its own second; a tenth repeats what an earlier one said, later."""
    chance = random.Random(seed)
    events: list[Told] = []
    for second in range(count):
        make = chance.choice(MAKERS)
        event = chance.choice(events).event if events and chance.random() < 0.1 else make(chance, examples)
        events.append(tell(event, START + timedelta(seconds=second)))
    return events


def raw(chance, examples):
    annexes = tuple(
        Annex(url=f"https://a.example/{name}", name=name, media_type="text/html", sha256=name * 64, size=chance.randrange(9))
        for name in chance.sample("abc", chance.randrange(3))
    )
    changed = {"url": url(chance), "version": chance.randrange(1, 4), "sha256": sha(chance, "d", 40), "annexes": annexes}
    return examples["RawDocument"].model_copy(update={**changed, "fetched_at": moment(chance), "source": chance.choice("st")})


def report(chance, examples):
    whole = examples["Report"]
    facts = tuple(
        fact.model_copy(update={"id": f"f{i}", "value": chance.randrange(100), "decimals": chance.randrange(-2, 3)})
        for i, fact in enumerate(chance.choices(whole.facts, k=chance.randrange(4)))
    )
    changed = {"url": url(chance), "version": chance.randrange(1, 3), "fetched_at": moment(chance), "facts": facts}
    return whole.model_copy(update={**about(chance, whole), **changed, "parser_version": str(chance.randrange(3))})


def validation(chance, examples):
    whole = examples["Validation"]
    return whole.model_copy(update={**about(chance, whole), "errors": chance.randrange(3), "validated_at": moment(chance)})


def discrepancy(chance, examples):
    one = examples["Discrepancy"]
    said = {"message": Text(zh=str(chance.randrange(3)), en="x"), "severity": chance.choice(list(Severity))}
    life = {"state": chance.choice(list(State)), "last_seen": moment(chance), "discrepancy_id": f"x{chance.randrange(40)}"}
    return one.model_copy(update={**about(chance, one), **said, **life})


def removal(chance, examples):
    where = {"url": url(chance), "version": chance.randrange(1, 4), "sha256": sha(chance, "d", 40)}
    return examples["Removal"].model_copy(
        update={**where, "absence": chance.choice(list(Absence)), "noticed_at": moment(chance), "source": chance.choice("st")}
    )


def expectation(chance, examples):
    which = {"expectation_id": f"e{chance.randrange(20)}", "due": date(2025, 9, chance.randrange(1, 20))}
    stands = {"standing": chance.choice(list(Standing)), "noticed_at": moment(chance), "report_id": f"r{chance.randrange(25)}"}
    return examples["Expectation"].model_copy(update={**which, **stands, "document": sha(chance, "d", 40)})


def dead_letter(chance, examples):
    where = {"offset": chance.randrange(60), "failed_at": moment(chance), "attempts": chance.randrange(1, 3)}
    return examples["DeadLetter"].model_copy(update=where)


MAKERS = (raw, report, report, validation, discrepancy, discrepancy, discrepancy, removal, expectation, dead_letter)


def moment(chance):
    return START + timedelta(minutes=chance.randrange(5000))


def about(chance, event):
    """Which report an event is about, as one or the other event has it: some documents are taken for now one, now another."""
    document = chance.randrange(40)
    number = document // 2 if chance.random() < 0.9 else 20 + document % 5
    region = ("云溪市", "青禾区")[: chance.randrange(1, 3)]
    identity = event.identity.model_copy(update={"issuer": f"单位{number}", "region": region})
    return {"report_id": f"r{number}", "document": f"d{document:02d}".ljust(64, "0"), "identity": identity}
