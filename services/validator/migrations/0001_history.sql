CREATE TABLE validator.versions (
    report     text        NOT NULL,
    document   text        NOT NULL,
    ruleset    text        NOT NULL,
    number     integer     NOT NULL,
    seen       timestamptz NOT NULL,
    issuer     text        NOT NULL,
    content    text        NOT NULL,
    PRIMARY KEY (report, document, ruleset)
);
CREATE INDEX versions_issuer ON validator.versions (issuer);
CREATE TABLE validator.across (
    report     text        PRIMARY KEY,
    content    text        NOT NULL
);
COMMENT ON TABLE validator.versions IS 'What checking each version of each report by each set of rules found, and its key figures.';
COMMENT ON COLUMN validator.versions.number IS 'The version of the document at its URL; versions of one report are told in this order.';
COMMENT ON COLUMN validator.versions.issuer IS 'The issuer without 本级, 本部 and the like: a department and its own unit share it.';
COMMENT ON COLUMN validator.versions.content IS 'JSON of services.validator.history.Version.';
COMMENT ON TABLE validator.across IS 'What comparing a report with the issuer''s other reports has found so far, resolved ones included.';
COMMENT ON COLUMN validator.across.content IS 'JSON list of schemas.validation.Discrepancy.';
