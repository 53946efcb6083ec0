-- What was found. Keys are natural: a repeat of an event finds its own row. What an event refers to and what has not arrived
-- yet is a row with its key and no said_at ("stub"), completed when its own event comes: events may arrive in any order.
-- said_at and event_id are the CloudEvents time and id of the event that a row comes from.

CREATE TABLE disclosures.source (
    source_id text PRIMARY KEY
);

CREATE TABLE disclosures.document (
    sha256 text PRIMARY KEY,
    media_type text,
    size bigint,
    said_at timestamptz,
    event_id text
);

CREATE TABLE disclosures.document_version (
    url text NOT NULL,
    version int NOT NULL,
    sha256 text NOT NULL REFERENCES disclosures.document,
    source_id text REFERENCES disclosures.source,
    referrer text,
    link_text text,
    title text,
    published text,
    fetched_at timestamptz,
    status int,
    headers jsonb,
    said_at timestamptz,
    event_id text,
    PRIMARY KEY (url, version, sha256)
);
CREATE INDEX document_version_sha256 ON disclosures.document_version (sha256);
CREATE INDEX document_version_source ON disclosures.document_version (source_id, fetched_at);

CREATE TABLE disclosures.annex (
    url text NOT NULL,
    version int NOT NULL,
    document text NOT NULL,
    sha256 text NOT NULL REFERENCES disclosures.document,
    position int NOT NULL,
    annex_url text NOT NULL,
    name text,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (url, version, document, sha256),
    FOREIGN KEY (url, version, document) REFERENCES disclosures.document_version ON DELETE CASCADE
);
CREATE INDEX annex_sha256 ON disclosures.annex (sha256);

CREATE TABLE disclosures.removal (
    url text NOT NULL,
    version int NOT NULL,
    sha256 text NOT NULL,
    absence text NOT NULL,
    source_id text NOT NULL REFERENCES disclosures.source,
    moved_to text,
    status int,
    last_seen timestamptz NOT NULL,
    noticed_at timestamptz NOT NULL,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (url, version, sha256, absence),
    FOREIGN KEY (url, version, sha256) REFERENCES disclosures.document_version
);

CREATE TABLE disclosures.dead_letter (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    stage text NOT NULL,
    failure text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    traceback text,
    event_type text,
    subject text,
    failed_at timestamptz NOT NULL,
    attempts int NOT NULL,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (topic, partition, "offset", stage)
);
CREATE INDEX dead_letter_subject ON disclosures.dead_letter (subject);
CREATE INDEX dead_letter_failed_at ON disclosures.dead_letter (failed_at);
