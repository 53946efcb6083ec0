"""The statements of the frontier."""

from __future__ import annotations

ENROL = "INSERT INTO fetcher.timetable (source) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"

DUE = """
    SELECT source, extract(epoch FROM now() - due) AS late FROM fetcher.timetable t
    WHERE source = ANY($1) AND due <= now() AND NOT EXISTS (SELECT FROM fetcher.polls p WHERE p.source = t.source)
    ORDER BY due, source"""

BEGIN = """
    INSERT INTO fetcher.polls (source, deadline, pause, concurrency, pages)
    SELECT t.source, now() + make_interval(secs => $3), $4, $5, $6 FROM fetcher.timetable t
    WHERE t.source = $1 AND (t.due <= now() OR NOT $2)
    ON CONFLICT DO NOTHING RETURNING number"""

KNOWN = "SELECT url FROM fetcher.frontier WHERE source = $1 AND url = ANY($2)"

# in order, so that two polls that find the same hosts do not wait for each other in a circle
ADD_HOSTS = "INSERT INTO fetcher.hosts (host) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"

ADD = """
    INSERT INTO fetcher.frontier (source, url, host, turn, trail)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[], $5::jsonb[])"""

_OPEN = """
    f.outcome IS NULL AND f.not_before <= now() AND (f.lease IS NULL OR f.lease < now())
    AND f.source = ANY($1) AND p.deadline > now()"""
_BUSY = "(SELECT count(*) FROM fetcher.frontier b WHERE b.host = h.host AND b.lease > now())"

# A host is judged by the first of its addresses, so that a host with many costs no more than one with few.
READY_HOSTS = f"""
    SELECT h.host FROM fetcher.hosts h CROSS JOIN LATERAL (
        SELECT p.concurrency FROM fetcher.frontier f JOIN fetcher.polls p USING (source)
        WHERE f.host = h.host AND {_OPEN} ORDER BY f.turn, f.place LIMIT 1
    ) first
    WHERE h.opens <= now() AND {_BUSY} < first.concurrency
    ORDER BY h.opens LIMIT $2 FOR UPDATE OF h SKIP LOCKED"""  # noqa: S608 - our own text

# Once more, now that the hosts are locked: another process may have claimed since this one looked.
CLAIM = f"""
    WITH pick AS MATERIALIZED (
        SELECT h.host, h.failures, greatest(first.pause, h.pause) AS pause, first.source, first.url, first.number
        FROM fetcher.hosts h CROSS JOIN LATERAL (
            SELECT f.source, f.url, p.number, p.pause, p.concurrency FROM fetcher.frontier f JOIN fetcher.polls p USING (source)
            WHERE f.host = h.host AND {_OPEN} ORDER BY f.turn, f.place LIMIT 1
        ) first
        WHERE h.host = ANY($2) AND h.opens <= now() AND {_BUSY} < first.concurrency
    ), turn AS (
        UPDATE fetcher.hosts h SET opens = clock_timestamp() + make_interval(secs => pick.pause)
        FROM pick WHERE h.host = pick.host
    )
    UPDATE fetcher.frontier f SET owner = $3, lease = clock_timestamp() + make_interval(secs => $4)
    FROM pick LEFT JOIN fetcher.addresses a USING (source, url)
    WHERE f.source = pick.source AND f.url = pick.url
    RETURNING f.source, pick.number, f.trail, f.attempt, pick.failures,
        a.read, a.is_page, a.final, a.etag, a.modified, a.kept, a.body"""  # noqa: S608 - our own text

SOONEST = """
    SELECT extract(epoch FROM min(greatest(h.opens, first.not_before)) - now()) FROM fetcher.hosts h CROSS JOIN LATERAL (
        SELECT f.not_before FROM fetcher.frontier f
        WHERE f.host = h.host AND f.outcome IS NULL AND (f.lease IS NULL OR f.lease < now()) AND f.source = ANY($1)
        ORDER BY f.turn, f.place LIMIT 1
    ) first"""

RENEW_TASKS = """
    UPDATE fetcher.frontier f SET lease = now() + make_interval(secs => $4) FROM unnest($2::text[], $3::text[]) t(source, url)
    WHERE f.source = t.source AND f.url = t.url AND f.owner = $1 AND f.outcome IS NULL"""

RENEW_POLLS = """
    UPDATE fetcher.polls SET lease = now() + make_interval(secs => $3) WHERE source = ANY($2) AND owner = $1"""

FINISH = """
    UPDATE fetcher.frontier f SET outcome = $5, owner = NULL, lease = NULL FROM fetcher.polls p
    WHERE p.source = $1 AND p.number = $2 AND f.source = $1 AND f.url = $3 AND f.owner = $4 AND f.outcome IS NULL RETURNING 1"""

KEEP = """
    INSERT INTO fetcher.addresses (source, url, read, is_page, final, etag, modified, kept, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (source, url) DO UPDATE SET read = excluded.read, is_page = excluded.is_page, final = excluded.final,
        etag = excluded.etag, modified = excluded.modified, kept = excluded.kept, body = excluded.body, seen = now()"""

# Most addresses lead nowhere: one statement for them. It sees what was left when it began, so that of two that finish the last
# two addresses at once neither may be told that nothing is left; whoever looks next sees it.
FINISH_LEAF = f"""
    WITH done AS ({FINISH}), kept AS (
        INSERT INTO fetcher.addresses (source, url, read, is_page, final, etag, modified, kept, body)
        SELECT $1, $3, $6::timestamptz, $7::boolean, $8::text, $9::text, $10::text, $11::jsonb, $12::bytea FROM done
        WHERE $6::timestamptz IS NOT NULL
        ON CONFLICT (source, url) DO UPDATE SET read = excluded.read, is_page = excluded.is_page, final = excluded.final,
            etag = excluded.etag, modified = excluded.modified, kept = excluded.kept, body = excluded.body, seen = now()
    )
    SELECT EXISTS (SELECT FROM done) AS done,
        EXISTS (SELECT FROM fetcher.frontier WHERE source = $1 AND outcome IS NULL AND url <> $3) AS left"""  # noqa: S608

LEFT = "SELECT EXISTS (SELECT FROM fetcher.frontier WHERE source = $1 AND outcome IS NULL)"

POSTPONE = """
    UPDATE fetcher.frontier
    SET owner = NULL, lease = NULL, attempt = attempt + $5, not_before = now() + make_interval(secs => $4)
    WHERE source = $1 AND url = $2 AND owner = $3 AND outcome IS NULL"""

# Hope: what somebody is asking for, or may ask for before the poll's time is over, at a host that is not down.
_SETTLED = """
    (p.lease IS NULL OR p.lease < now()) AND (p.deadline < now() OR NOT EXISTS (
        SELECT FROM fetcher.frontier f JOIN fetcher.hosts h USING (host)
        WHERE f.source = p.source AND f.outcome IS NULL
        AND (f.lease > now() OR NOT (h.opens > p.deadline OR (h.failures >= $2 AND h.opens > now())))
    ))"""

SETTLED = f"SELECT p.source FROM fetcher.polls p WHERE p.source = ANY($1) AND {_SETTLED}"  # noqa: S608 - our own text

CLOSE = f"""
    UPDATE fetcher.polls p SET owner = $3, lease = now() + make_interval(secs => $4) FROM fetcher.timetable t
    WHERE p.source = $1 AND t.source = p.source AND {_SETTLED}
    RETURNING p.number, p.begun, p.dropped, p.probed, p.deadline < now() AS over, t.doubts, t.failures, t.changed"""  # noqa: S608 - our own text

PROBED = """
    UPDATE fetcher.polls SET probed = true, owner = NULL, lease = NULL WHERE source = $1 AND number = $2 RETURNING 1"""

RESULTS = "SELECT trail, outcome FROM fetcher.frontier WHERE source = $1 ORDER BY turn, place"

TIMETABLE = """
    UPDATE fetcher.timetable SET begun = $2, due = greatest(now(), $2::timestamptz + make_interval(secs => $3)),
        success = CASE WHEN $4 THEN now() ELSE success END, changed = CASE WHEN $5 THEN now() ELSE changed END,
        failures = $6, doubts = $7
    WHERE source = $1"""

SEEN = """
    UPDATE fetcher.addresses a SET seen = now() FROM fetcher.frontier f
    WHERE a.source = $1 AND f.source = a.source AND f.url = a.url AND a.seen < now() - interval '7 days'"""

# An address that no poll has come to for so long is known no more.
FORGET = "DELETE FROM fetcher.addresses WHERE source = $1 AND seen < now() - interval '60 days'"
