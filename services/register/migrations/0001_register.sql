CREATE TABLE register.expectation (
    expectation_id text        PRIMARY KEY,
    listed         boolean     NOT NULL,
    listed_since   timestamptz NOT NULL,
    issuer         text        NOT NULL,
    region         text[]      NOT NULL,
    kind           text        NOT NULL,
    scope          text        NOT NULL,
    fiscal_year    integer     NOT NULL,
    due            date        NOT NULL,
    basis          text        NOT NULL,
    standing       text        CHECK (standing IN ('expected', 'missing', 'late', 'published')),
    published      date,
    report_id      text,
    document       text,
    url            text,
    noticed_at     timestamptz,
    near           jsonb       NOT NULL DEFAULT '[]'
);
CREATE INDEX expectation_open ON register.expectation (due) WHERE listed AND (standing IS NULL OR standing = 'expected');
CREATE TABLE register.sighting (
    document       text        NOT NULL,
    url            text        NOT NULL,
    report_id      text        NOT NULL,
    source         text        NOT NULL,
    issuer         text        NOT NULL,
    region         text[]      NOT NULL,
    kind           text        NOT NULL,
    scope          text,
    fiscal_year    integer     NOT NULL,
    published      date,
    found          date        NOT NULL,
    forms          text[]      NOT NULL,
    PRIMARY KEY (document, url)
);
CREATE INDEX sighting_forms ON register.sighting USING gin (forms);
CREATE INDEX sighting_year ON register.sighting (fiscal_year);
COMMENT ON TABLE register.expectation IS 'What the registers expect of whom, and what was announced of it last.';
COMMENT ON COLUMN register.expectation.listed IS 'Whether a register still expects it.';
COMMENT ON COLUMN register.expectation.listed_since IS 'When it was first registered.';
COMMENT ON COLUMN register.expectation.standing IS 'As announced last, acknowledged by the broker; null before.';
COMMENT ON COLUMN register.expectation.near IS 'Documents that might be meant and are not counted: [{why, url, issuer}].';
COMMENT ON TABLE register.sighting IS 'Which disclosure each document says it is, as it was read last.';
COMMENT ON COLUMN register.sighting.found IS 'The day (Beijing) on which the document was first found.';
COMMENT ON COLUMN register.sighting.forms IS 'Every form of the issuer''s name that a register may have.';
