ALTER TABLE validator.versions ADD COLUMN told text NOT NULL DEFAULT '';
ALTER TABLE validator.versions DROP CONSTRAINT versions_pkey, ADD PRIMARY KEY (report, document, number, ruleset, told);
COMMENT ON TABLE validator.versions IS 'What each set of rules found in each reading of each version of each report, and its key figures.';
COMMENT ON COLUMN validator.versions.told IS 'A digest of what was found: a better reading of the same document tells something else.';
