-- What was checked, what does not agree, and what is due.

CREATE TABLE disclosures.validation (
    version_id uuid PRIMARY KEY REFERENCES disclosures.report_version ON DELETE CASCADE,
    validated_at timestamptz,
    ruleset text NOT NULL,
    table_numbers int NOT NULL,
    table_numbers_checked int NOT NULL,
    narrative_numbers int NOT NULL,
    narrative_numbers_checked int NOT NULL,
    passed int NOT NULL,
    failed int NOT NULL,
    rounding int NOT NULL,
    not_applicable int NOT NULL,
    not_checked int NOT NULL,
    errors int NOT NULL,
    warnings int NOT NULL,
    roundings int NOT NULL,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL
);

CREATE TABLE disclosures.check_outcome (
    version_id uuid NOT NULL REFERENCES disclosures.validation ON DELETE CASCADE,
    position int NOT NULL,
    rule text NOT NULL,
    outcome text NOT NULL,
    subject text NOT NULL,
    reason text,
    facts text[] NOT NULL,
    discrepancy_id text,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX check_outcome_rule ON disclosures.check_outcome (rule, outcome) WHERE outcome IN ('failed', 'not_checked');

CREATE TABLE disclosures.obligation (
    version_id uuid NOT NULL REFERENCES disclosures.validation ON DELETE CASCADE,
    position int NOT NULL,
    obligation text NOT NULL,
    aspect text NOT NULL,
    outcome text NOT NULL,
    reason text,
    basis text,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX obligation_outcome ON disclosures.obligation (obligation, outcome);

CREATE TABLE disclosures.discrepancy (
    discrepancy_id text PRIMARY KEY,
    report_id text NOT NULL REFERENCES disclosures.report,
    version_id uuid NOT NULL REFERENCES disclosures.report_version,
    url text,
    rule text NOT NULL,
    rule_version int NOT NULL,
    category text NOT NULL,
    severity text NOT NULL,
    state text NOT NULL,
    subject text NOT NULL,
    stated text,
    expected text,
    difference text,
    stated_low numeric,
    stated_high numeric,
    expected_low numeric,
    expected_high numeric,
    message_zh text NOT NULL,
    message_en text NOT NULL,
    cause_zh text,
    cause_en text,
    basis text,
    broken text[] NOT NULL,
    quotes text[] NOT NULL,
    evidence jsonb NOT NULL,
    first_seen timestamptz,
    last_seen timestamptz,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL
);
CREATE INDEX discrepancy_report ON disclosures.discrepancy (report_id);
CREATE INDEX discrepancy_version ON disclosures.discrepancy (version_id);
CREATE INDEX discrepancy_open ON disclosures.discrepancy (severity, last_seen) WHERE state IN ('opened', 'changed');
CREATE INDEX discrepancy_rule ON disclosures.discrepancy (rule, state);

CREATE TABLE disclosures.discrepancy_event (
    discrepancy_id text NOT NULL REFERENCES disclosures.discrepancy,
    version_id uuid NOT NULL REFERENCES disclosures.report_version,
    state text NOT NULL,
    content_id uuid NOT NULL,
    severity text NOT NULL,
    rule_version int NOT NULL,
    stated text,
    expected text,
    difference text,
    message_zh text NOT NULL,
    message_en text NOT NULL,
    seen_at timestamptz,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (discrepancy_id, version_id, state, content_id)
);
CREATE INDEX discrepancy_event_said_at ON disclosures.discrepancy_event (said_at);
CREATE INDEX discrepancy_event_version ON disclosures.discrepancy_event (version_id);

CREATE TABLE disclosures.expectation (
    expectation_id text PRIMARY KEY,
    issuer text NOT NULL,
    region text[] NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    fiscal_year int NOT NULL,
    due date NOT NULL,
    basis text,
    standing text NOT NULL,
    published date,
    report_id text REFERENCES disclosures.report,
    document text REFERENCES disclosures.document,
    url text,
    noticed_at timestamptz NOT NULL,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL
);
CREATE INDEX expectation_standing ON disclosures.expectation (standing, due);
CREATE INDEX expectation_issuer ON disclosures.expectation (issuer, fiscal_year);
CREATE INDEX expectation_region ON disclosures.expectation USING gin (region);
CREATE INDEX expectation_report ON disclosures.expectation (report_id);
CREATE INDEX expectation_document ON disclosures.expectation (document);

CREATE TABLE disclosures.expectation_event (
    expectation_id text NOT NULL REFERENCES disclosures.expectation,
    noticed_at timestamptz NOT NULL,
    standing text NOT NULL,
    due date NOT NULL,
    basis text,
    published date,
    report_id text REFERENCES disclosures.report,
    document text REFERENCES disclosures.document,
    url text,
    said_at timestamptz NOT NULL,
    event_id text NOT NULL,
    PRIMARY KEY (expectation_id, noticed_at, standing)
);
CREATE INDEX expectation_event_report ON disclosures.expectation_event (report_id);
CREATE INDEX expectation_event_document ON disclosures.expectation_event (document);
