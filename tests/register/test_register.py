"""The register on a real database, with a clock that the test sets: the right events, once, in order, whatever is repeated."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from schemas.expectation import Standing
from schemas.report import Scope
from services.register.register import Register, open_register_pool
from services.runtime.errors import Unavailable
from services.runtime.metrics import REGISTRY
from tests.conftest import emptied
from tests.register.conftest import duty, report

pytestmark = pytest.mark.postgres


@dataclass
class World:
    """A register with its clock and everything that it announced; ``broken`` lets the next publication fail after it is sent."""

    dsn: str
    now: datetime = field(default_factory=lambda: datetime.fromisoformat("2025-08-01T12:00:00+08:00"))
    announced: list = field(default_factory=list)
    broken: bool = False

    @asynccontextmanager
    async def running(self, *duties, grace=timedelta(0)):
        pool = await open_register_pool(self.dsn)
        register = Register(pool, duties, self._publish, lambda: self.now, grace)
        await register.enroll()
        await register.tick()
        yield register
        pool.terminate()

    async def _publish(self, events):
        self.announced += events
        if self.broken:
            self.broken = False
            raise Unavailable("the process ends here")

    def at(self, day: str) -> None:
        self.now = datetime.fromisoformat(f"{day}T12:00:00+08:00")

    @property
    def told(self) -> list[str]:
        return [event.standing.value for event in self.announced]

    async def row(self, one):
        pool = await open_register_pool(self.dsn)
        row = await pool.fetchrow("SELECT * FROM register.expectation WHERE expectation_id = $1", one.id)
        pool.terminate()
        return row


@pytest.fixture
def world(shared_database):
    yield World(shared_database)
    emptied(shared_database, "register")


def seen(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00+08:00")


async def test_expected_missing_then_late_when_it_appears(world):
    async with world.running(duty("2025-08-31")) as register:
        world.at("2025-08-31")
        await register.tick()
        assert world.told == ["expected"]
        world.at("2025-09-01")
        await register.tick()
        await register.tick()
        assert world.told == ["expected", "missing"]
        world.at("2025-09-10")
        await register.see(report("2025-09-08"), seen("2025-09-10"))
    assert world.told == ["expected", "missing", "late"]
    last = world.announced[-1]
    assert (str(last.published), last.url, str(last.due), last.noticed_at) == (
        "2025-09-08",
        "https://x/1.pdf",
        "2025-08-31",
        world.now,
    )


async def test_published_in_time_is_never_missing(world):
    async with world.running(duty("2025-08-31")) as register:
        await register.see(report("2025-08-20", found="2025-08-21T09:00:00+08:00"), seen("2025-08-21"))
        world.at("2025-12-01")
        await register.tick()
    assert world.told == ["expected", "published"]


async def test_what_is_late_becomes_in_time_when_an_earlier_version_turns_up(world):
    async with world.running(duty("2025-08-31")) as register:
        await register.see(report("2025-09-08", document="d2"), seen("2025-09-10"))
        await register.see(report("2025-08-20", document="d1", url="https://x/old.pdf"), seen("2025-09-11"))
        await register.see(report("2025-09-20", document="d3"), seen("2025-09-21"))
    assert world.told == ["expected", "late", "published"]


async def test_the_same_again_and_a_restart_say_nothing(world):
    one = duty("2025-08-31")
    async with world.running(one) as register:
        await register.see(report("2025-08-20"), seen("2025-09-10"))
        await register.see(report("2025-08-20"), seen("2025-09-12"))
    async with world.running(one) as register:
        await register.see(report("2025-08-20"), seen("2025-09-14"))
    assert world.told == ["expected", "published"]


async def test_a_crash_after_publishing_repeats_the_event_and_loses_none(world):
    one = duty("2025-08-31")
    async with world.running(one) as register:
        world.broken = True
        with pytest.raises(Unavailable):
            await register.see(report("2025-09-08"), seen("2025-09-10"))
        assert (await world.row(one))["standing"] == "expected", "what was not acknowledged is not noted"
        await register.see(report("2025-09-08"), seen("2025-09-10"))
    assert world.told == ["expected", "late", "late"]
    assert len({event.model_copy(update={"noticed_at": world.now}) for event in world.announced[1:]}) == 1


async def test_a_crash_before_publishing_is_made_good_at_the_next_start(world):
    one = duty("2025-08-31")
    async with world.running(one) as register:
        await register._see(report("2025-09-08"), seen("2025-09-10"))  # noted as seen; then the process ends
    assert world.told == ["expected"]
    async with world.running(one):
        pass
    assert world.told == ["expected", "late"]


async def test_a_document_read_anew_as_another_body_s_is_taken_back(world):
    mine, other = duty("2025-08-31"), duty("2025-08-31", issuer="云溪市青禾区教育局")
    world.at("2025-09-10")
    async with world.running(mine, other) as register:
        await register.see(report("2025-08-20"), seen("2025-09-10"))
        await register.see(report("2025-08-20", issuer="云溪市青禾区教育局"), seen("2025-09-10"))
        by = {
            one.id: [event.standing.value for event in world.announced if event.expectation_id == one.id] for one in (mine, other)
        }
        assert by == {mine.id: ["missing", "published", "missing"], other.id: ["missing", "published"]}
        await register.see(report("2025-08-20", issuer=None), seen("2025-09-10"))
    assert [event.standing.value for event in world.announced if event.expectation_id == other.id] == [
        "missing",
        "published",
        "missing",
    ]


async def test_a_register_that_changes(world):
    world.at("2025-09-05")
    await report_seen(world, report("2025-09-03"))
    async with world.running(duty("2025-08-31")):
        assert world.told == ["late"], "what was seen before it was registered counts"
    async with world.running(duty("2025-09-30")):
        assert world.told == ["late", "published"], "a due date that was corrected"
    async with world.running():
        assert (await world.row(duty()))["listed"] is False
    async with world.running(duty("2024-09-30", fiscal_year=2023)):
        pass
    assert world.told == ["late", "published", "missing"]


async def report_seen(world, made):
    async with world.running() as register:
        await register.see(made, seen("2025-09-05"))


async def test_grace_for_what_was_overdue_when_it_was_registered(world):
    world.at("2025-09-05")
    async with world.running(duty("2025-08-31"), grace=timedelta(days=1)) as register:
        await register.tick()
        assert world.told == ["expected"]
        world.at("2025-09-06")
        await register.tick()
    assert world.told == ["expected", "missing"]


async def test_why_a_near_document_does_not_count_is_noted(world):
    one = duty("2025-08-31")
    async with world.running(one) as register:
        await register.see(report("2025-08-20", scope=Scope.UNIT), seen("2025-08-20"))
        near = [{"why": "scope", "url": "https://x/1.pdf", "issuer": one.issuer}]
        assert json.loads((await world.row(one))["near"]) == near
        await register.see(report("2025-08-21", document="d2"), seen("2025-08-21"))
        assert json.loads((await world.row(one))["near"]) == []
    assert world.told == ["expected", "published"]


async def test_two_processes_announce_each_change_once_and_in_order(world):
    duties = [duty("2025-08-31", issuer=f"云溪市青禾区第{number}小学") for number in range(20)]
    world.at("2025-09-05")
    async with world.running(*duties) as one, world.running(*duties) as two:
        reports = [
            report("2025-09-01", issuer=each.issuer, document=f"d{i}", url=f"https://x/{i}") for i, each in enumerate(duties)
        ]
        await asyncio.gather(*(register.see(made, seen("2025-09-05")) for made in reports for register in (one, two)))
        await asyncio.gather(one.tick(), two.tick())
    for each in duties:
        assert [e.standing for e in world.announced if e.expectation_id == each.id] == [Standing.MISSING, Standing.LATE]


async def test_counts_by_standing_kind_and_region(world):
    world.at("2025-09-05")
    async with world.running(duty("2025-08-31"), duty("2025-09-30", issuer="云溪市青禾区教育局")) as register:
        await register.see(report("2025-08-20"), seen("2025-09-05"))
        await register.tick()
    labels = {"kind": "final_accounts", "region": "云溪市青禾区"}
    counts = {
        standing.value: REGISTRY.get_sample_value("gouji_register_expectations", {"standing": standing.value, **labels})
        for standing in Standing
    }
    assert counts == {"expected": 1, "missing": None, "late": None, "published": 1}
    assert REGISTRY.get_sample_value("gouji_register_checked_timestamp_seconds") == world.now.timestamp()


async def test_a_name_with_a_nul_is_a_name(world):
    async with world.running(duty()) as register:
        await register.see(report("2025-08-20", issuer="云溪市青禾区\0财政局"), seen("2025-08-20"))
    assert world.told == ["expected", "published"]
