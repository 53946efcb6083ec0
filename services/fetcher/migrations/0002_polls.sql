ALTER TABLE fetcher.versions
    ADD COLUMN content    text,
    ADD COLUMN media_type text    NOT NULL DEFAULT 'application/octet-stream',
    ADD COLUMN status     integer NOT NULL DEFAULT 200,
    ADD COLUMN headers    jsonb   NOT NULL DEFAULT '{}',
    ADD COLUMN removed    boolean NOT NULL DEFAULT false;
UPDATE fetcher.versions SET content = sha256;
ALTER TABLE fetcher.versions ALTER COLUMN content SET NOT NULL;
COMMENT ON COLUMN fetcher.versions.fingerprint IS 'sha256 over the content of the document and of its annexes: what "unchanged" compares.';
COMMENT ON COLUMN fetcher.versions.content IS 'sha256 of a file; for a page the digest of its main content, without what the site puts around it.';
COMMENT ON COLUMN fetcher.versions.headers IS 'Selected headers that the server sent with these bytes.';
COMMENT ON COLUMN fetcher.versions.removed IS 'It was there no more, and this was published.';

CREATE TABLE fetcher.sightings (
    source text        NOT NULL,
    url    text        NOT NULL,
    seen   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, url)
);
CREATE INDEX ON fetcher.sightings (url);
INSERT INTO fetcher.sightings (source, url, seen) SELECT source, url, max(seen) FROM fetcher.versions GROUP BY source, url;
COMMENT ON TABLE fetcher.sightings IS 'Which source sees which document; a document is removed when no source sees it.';

CREATE TABLE fetcher.timetable (
    source   text PRIMARY KEY,
    due      timestamptz NOT NULL DEFAULT now(),
    begun    timestamptz,
    success  timestamptz,
    changed  timestamptz,
    failures integer     NOT NULL DEFAULT 0,
    doubts   integer     NOT NULL DEFAULT 0
);
COMMENT ON TABLE fetcher.timetable IS 'When each source is polled next, and how its last polls went.';
COMMENT ON COLUMN fetcher.timetable.success IS 'When a poll last ended that had read every list.';
COMMENT ON COLUMN fetcher.timetable.changed IS 'When a poll last found anything new, changed or removed.';
COMMENT ON COLUMN fetcher.timetable.failures IS 'Polls in a row that had not read every list.';
COMMENT ON COLUMN fetcher.timetable.doubts IS 'Polls in a row whose list had lost so much that it was not believed.';

CREATE TABLE fetcher.polls (
    source      text PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    begun       timestamptz NOT NULL DEFAULT now(),
    deadline    timestamptz NOT NULL,
    pause       double precision NOT NULL,
    concurrency integer     NOT NULL,
    pages       integer     NOT NULL,
    dropped     integer     NOT NULL DEFAULT 0,
    probed      boolean     NOT NULL DEFAULT false,
    owner       text,
    lease       timestamptz
);
COMMENT ON TABLE fetcher.polls IS 'The polls that go on, one a source at most.';
COMMENT ON COLUMN fetcher.polls.pause IS 'Seconds between two requests to one host.';
COMMENT ON COLUMN fetcher.polls.dropped IS 'Addresses found beyond the number that the poll may ask for.';
COMMENT ON COLUMN fetcher.polls.probed IS 'Documents that were not found have been asked for once more.';
COMMENT ON COLUMN fetcher.polls.owner IS 'The process that closes the poll; free once the lease is over.';

CREATE TABLE fetcher.frontier (
    source     text        NOT NULL REFERENCES fetcher.polls ON DELETE CASCADE,
    url        text        NOT NULL,
    host       text        NOT NULL,
    turn       integer     NOT NULL,
    place      bigint      GENERATED ALWAYS AS IDENTITY,
    trail      jsonb       NOT NULL,
    attempt    integer     NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    owner      text,
    lease      timestamptz,
    outcome    jsonb,
    PRIMARY KEY (source, url)
);
CREATE INDEX frontier_open ON fetcher.frontier (host, turn, place) WHERE outcome IS NULL;
CREATE INDEX frontier_left ON fetcher.frontier (source) WHERE outcome IS NULL;
CREATE INDEX frontier_leased ON fetcher.frontier (host) WHERE lease IS NOT NULL;
COMMENT ON TABLE fetcher.frontier IS 'The addresses of the polls that go on. Pages of lists turned later are asked for later.';
COMMENT ON COLUMN fetcher.frontier.trail IS 'How the poll came to the address.';
COMMENT ON COLUMN fetcher.frontier.owner IS 'The process that asks for it; free once the lease is over.';
COMMENT ON COLUMN fetcher.frontier.outcome IS 'What stood there; null while it is to be asked for.';

CREATE TABLE fetcher.hosts (
    host     text PRIMARY KEY,
    opens    timestamptz      NOT NULL DEFAULT '-infinity',
    pause    double precision NOT NULL DEFAULT 0,
    failures integer          NOT NULL DEFAULT 0
);
COMMENT ON TABLE fetcher.hosts IS 'How each host is asked, over all sources and fetchers.';
COMMENT ON COLUMN fetcher.hosts.opens IS 'When it may be asked next: a pause after the last request, or later where it failed or asked for rest.';
COMMENT ON COLUMN fetcher.hosts.pause IS 'Seconds that its robots.txt asks for between two requests.';
COMMENT ON COLUMN fetcher.hosts.failures IS 'Failures in a row.';

CREATE TABLE fetcher.addresses (
    source   text        NOT NULL,
    url      text        NOT NULL,
    read     timestamptz NOT NULL,
    is_page  boolean     NOT NULL,
    final    text        NOT NULL,
    etag     text,
    modified text,
    kept     jsonb,
    body     bytea,
    seen     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, url)
);
COMMENT ON TABLE fetcher.addresses IS 'What is known of an address for the next time it is asked for.';
COMMENT ON COLUMN fetcher.addresses.read IS 'When its bytes were last received in full.';
COMMENT ON COLUMN fetcher.addresses.final IS 'Where redirects ended.';
COMMENT ON COLUMN fetcher.addresses.body IS 'The bytes of a page whose server can say that they are the same, to be read again.';

CREATE TABLE fetcher.robots (
    origin  text PRIMARY KEY,
    body    bytea       NOT NULL,
    fetched timestamptz NOT NULL
);
COMMENT ON TABLE fetcher.robots IS 'The robots.txt of each origin; empty where there is none.';
