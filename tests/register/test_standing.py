"""How a duty stands, at any moment, whatever was seen in whatever order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.expectation import Standing
from schemas.report import Kind, Scope
from services.register.entries import index
from services.register.standing import BEIJING, Sighting, Why, end_of, match, stand
from tests.register.conftest import duty, sighting

NOW = datetime(2025, 10, 1, 12, tzinfo=BEIJING)


def matched(due, *seen, others=()):
    by = index([due, *others])

    def rivals(one: Sighting):
        return [d for form in one.body.forms for d in by.get((one.kind, one.fiscal_year, form), ())]

    return match(due, seen, rivals)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        ("2025-08-01T00:00", Standing.EXPECTED),
        ("2025-08-31T23:59:59", Standing.EXPECTED),
        ("2025-09-01T00:00", Standing.MISSING),
    ],
)
def test_what_is_not_published_is_missing_from_the_day_after(now: str, standing: Standing) -> None:
    assert stand(duty("2025-08-31"), (), at(now)).standing is standing


def test_the_day_ends_in_beijing() -> None:
    assert end_of(date(2025, 8, 31)) == datetime.fromisoformat("2025-08-31T16:00:00+00:00")


def test_what_was_overdue_when_it_was_registered_gets_grace() -> None:
    assert stand(duty("2025-08-31"), (), NOW, NOW + timedelta(hours=1)).standing is Standing.EXPECTED
    assert stand(duty("2025-08-31"), (), NOW, NOW).standing is Standing.MISSING


@pytest.mark.parametrize(
    ("published", "found", "standing", "day"),
    [
        ("2025-08-31", "2025-09-10", Standing.PUBLISHED, "2025-08-31"),
        ("2025-09-01", "2025-09-10", Standing.LATE, "2025-09-01"),
        (None, "2025-08-31", Standing.PUBLISHED, "2025-08-31"),
        (None, "2025-09-10", Standing.LATE, "2025-09-10"),
        ("2025-09-11", "2025-09-10", Standing.LATE, "2025-09-10"),
        ("2024-03-01", "2025-09-10", Standing.LATE, "2025-09-10"),
        ("2026-03-01", "2026-03-02", Standing.LATE, "2026-03-01"),
    ],
)
def test_the_day_shown_decides_unless_it_is_impossible(published, found, standing, day) -> None:
    said = stand(duty("2025-08-31"), (sighting(published, f"{found}T09:00:00+08:00"),), NOW)
    assert (said.standing, said.published) == (standing, date.fromisoformat(day))
    assert (said.document, said.url) == ("d1", "https://x/1.pdf")


def test_the_first_version_decides() -> None:
    first = sighting("2025-08-20", document="d1")
    corrected = sighting("2025-09-20", document="d2")
    for order in ((first, corrected), (corrected, first)):
        said = stand(duty("2025-08-31"), matched(duty(), *order).counted, NOW)
        assert (said.standing, said.document) == (Standing.PUBLISHED, "d1")


def test_another_kind_year_or_body_does_not_count() -> None:
    for other in (
        {"kind": Kind.BUDGET},
        {"fiscal_year": 2023},
        {"issuer": "云溪市青禾区教育局"},
        {"issuer": "云溪市财政局", "region": ("云溪市",)},
    ):
        assert matched(duty(), sighting(**other)) == matched(duty())


@pytest.mark.parametrize("scope", [Scope.UNIT, None])
def test_another_scope_is_near(scope) -> None:
    found = matched(duty(), sighting(scope=scope))
    assert (found.counted, [near.why for near in found.near]) == ((), [Why.SCOPE])


def test_a_name_without_its_place_counts_only_from_a_source_that_names_the_register() -> None:
    seen = sighting(issuer="财政局", region=(), source="a")
    assert [near.why for near in matched(duty(), seen).near] == [Why.PLACE]
    assert matched(duty(sources=frozenset({"b"})), seen).counted == ()
    assert matched(duty(sources=frozenset({"a"})), seen).counted == (seen,)


def test_what_fits_two_duties_fulfils_neither() -> None:
    here, there = duty(), duty(issuer="别市青禾区财政局", region=("别市", "青禾区"))
    seen = sighting(issuer="青禾区财政局", region=("青禾区",))
    for mine, other in ((here, there), (there, here)):
        found = matched(mine, seen, others=(other,))
        assert (found.counted, [near.why for near in found.near]) == ((), [Why.SEVERAL])
    assert matched(here, seen).counted == (seen,)


SEEN = st.builds(
    lambda published, found, document: sighting(
        published and published.isoformat(), f"{found}T09:00:00+08:00", document=document, url=f"https://x/{document}"
    ),
    st.none() | st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    st.dates(date(2025, 7, 1), date(2026, 12, 31)),
    st.sampled_from("abcd"),
)


@given(st.dates(date(2025, 7, 1), date(2025, 12, 31)), st.lists(SEEN, max_size=5), st.datetimes(timezones=st.just(BEIJING)))
def test_the_order_in_which_documents_come_does_not_matter(due, seen, now) -> None:
    it = duty(due.isoformat())
    said = stand(it, matched(it, *seen).counted, now)
    assert said == stand(it, matched(it, *reversed(seen)).counted, now)
    assert (said.standing in (Standing.PUBLISHED, Standing.LATE)) == bool(seen)
    if seen:
        first = min(one.day for one in seen)
        assert said.published == first
        assert (said.standing is Standing.LATE) == (first > due)
        assert all(one.day <= one.found for one in seen)
    else:
        assert (said.standing is Standing.MISSING) == (now.date() > due)


@given(st.dates(date(2025, 7, 1), date(2025, 12, 31)), st.lists(SEEN, min_size=1, max_size=4), SEEN)
def test_one_more_document_never_makes_it_later(due, seen, more) -> None:
    it = duty(due.isoformat())
    before, after = (stand(it, matched(it, *found).counted, NOW) for found in (seen, [*seen, more]))
    assert after.published <= before.published
    assert not (before.standing is Standing.PUBLISHED and after.standing is Standing.LATE)
