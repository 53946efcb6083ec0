-- Who was last told what of a discrepancy: news is what differs from it, and a feed shows it.
CREATE TABLE forwarder.told (
    subscription text NOT NULL,
    discrepancy text NOT NULL,
    mark bytea NOT NULL,
    updated timestamptz NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (subscription, discrepancy)
);
CREATE INDEX ON forwarder.told (subscription, updated DESC);

-- What is to be posted, and what became of it. An event is there once for each subscription, however often it was received.
CREATE TABLE forwarder.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription text NOT NULL,
    event text NOT NULL,
    report text NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    attributes jsonb NOT NULL,
    body bytea NOT NULL,
    enqueued timestamptz NOT NULL DEFAULT now(),
    due timestamptz NOT NULL DEFAULT now(),
    attempts int NOT NULL DEFAULT 0,
    failing_since timestamptz,
    settled timestamptz,
    outcome text CHECK (outcome IN ('delivered', 'given_up')),
    UNIQUE (subscription, event)
);
CREATE INDEX ON forwarder.outbox (subscription, report, id) WHERE settled IS NULL;
CREATE INDEX ON forwarder.outbox (subscription, settled) WHERE settled IS NOT NULL;

-- How an endpoint fares: failures since its last success.
CREATE TABLE forwarder.endpoint (
    subscription text PRIMARY KEY,
    failures int NOT NULL,
    failing_since timestamptz
);
