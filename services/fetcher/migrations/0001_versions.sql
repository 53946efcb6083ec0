CREATE TABLE fetcher.versions (
    url         text        NOT NULL,
    number      integer     NOT NULL CHECK (number > 0),
    fingerprint text        NOT NULL,
    sha256      text        NOT NULL,
    source      text        NOT NULL,
    seen        timestamptz NOT NULL,
    PRIMARY KEY (url, number)
);
COMMENT ON TABLE fetcher.versions IS 'Every version of every document that the broker has acknowledged, by the URL it was found at.';
COMMENT ON COLUMN fetcher.versions.number IS 'Counts from 1 the different bodies (annexes included) seen in turn at the URL.';
COMMENT ON COLUMN fetcher.versions.fingerprint IS 'sha256 over the sha256 of the body and of its annexes: what "unchanged" compares.';
COMMENT ON COLUMN fetcher.versions.seen IS 'When these bytes were fetched first.';
