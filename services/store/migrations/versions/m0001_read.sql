-- What was read. A report version has a key of 16 bytes, made of report_id and document: its parts, which are by far the most
-- rows, carry it instead of 96 characters. They are replaced as a whole when the same bytes are read anew.

CREATE TABLE disclosures.report (
    report_id text PRIMARY KEY,
    issuer text,
    region text[] NOT NULL DEFAULT '{}',
    scope text,
    kind text,
    fiscal_year int,
    latest uuid,
    said_at timestamptz,
    event_id text
);
CREATE INDEX report_issuer ON disclosures.report (issuer, fiscal_year);
CREATE INDEX report_region ON disclosures.report USING gin (region);
CREATE INDEX report_fiscal_year ON disclosures.report (fiscal_year, kind);

CREATE TABLE disclosures.report_version (
    version_id uuid PRIMARY KEY,
    report_id text NOT NULL REFERENCES disclosures.report,
    document text NOT NULL REFERENCES disclosures.document,
    url text,
    version int,
    source_id text REFERENCES disclosures.source,
    fetched_at timestamptz,
    title text,
    published date,
    money_units text[],
    conflicts text[],
    metadata jsonb,
    reader text,
    pages int,
    unreadable_pages int[],
    ocr_pages int[],
    tables_found int,
    tables_recognised int,
    table_numbers int,
    table_numbers_bound int,
    narrative_numbers int,
    narrative_numbers_bound int,
    unbound jsonb,
    warnings text[],
    parser_version text,
    superseded_by text REFERENCES disclosures.report,
    said_at timestamptz,
    event_id text,
    stored_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (report_id, document),
    FOREIGN KEY (url, version, document) REFERENCES disclosures.document_version
);
CREATE INDEX report_version_document ON disclosures.report_version (document);
CREATE INDEX report_version_fetched_at ON disclosures.report_version (fetched_at);
ALTER TABLE disclosures.report ADD CONSTRAINT report_latest_fkey FOREIGN KEY (latest) REFERENCES disclosures.report_version;

CREATE TABLE disclosures.section (
    version_id uuid NOT NULL REFERENCES disclosures.report_version ON DELETE CASCADE,
    position int NOT NULL,
    kind text NOT NULL,
    level int NOT NULL,
    number text,
    title text NOT NULL,
    parent int,
    page int,
    first_paragraph int NOT NULL,
    last_paragraph int NOT NULL,
    PRIMARY KEY (version_id, position)
);

CREATE TABLE disclosures.paragraph (
    version_id uuid NOT NULL REFERENCES disclosures.report_version ON DELETE CASCADE,
    position int NOT NULL,
    section int,
    text text NOT NULL,
    page int,
    box real[],
    span int4range,
    confidence real NOT NULL,
    PRIMARY KEY (version_id, position)
);

CREATE TABLE disclosures.report_table (
    version_id uuid NOT NULL REFERENCES disclosures.report_version ON DELETE CASCADE,
    position int NOT NULL,
    kind text,
    title text,
    unit text,
    pages int[] NOT NULL,
    after_paragraph int NOT NULL,
    n_rows int NOT NULL,
    n_columns int NOT NULL,
    header_rows int NOT NULL,
    said_empty boolean NOT NULL,
    notes text[] NOT NULL,
    doubts text[] NOT NULL,
    content jsonb NOT NULL,
    confidence real NOT NULL,
    PRIMARY KEY (version_id, position)
);
CREATE INDEX report_table_kind ON disclosures.report_table (kind);

CREATE TABLE disclosures.fact (
    version_id uuid NOT NULL REFERENCES disclosures.report_version ON DELETE CASCADE,
    fact_id text NOT NULL,
    concept text NOT NULL,
    measure text NOT NULL,
    fund text NOT NULL,
    nature text NOT NULL,
    function text,
    economy text,
    item text,
    base text,
    phase text,
    year int,
    value numeric NOT NULL,
    unit text NOT NULL,
    decimals int NOT NULL,
    scale int NOT NULL,
    text text NOT NULL,
    source text NOT NULL,
    preferred boolean NOT NULL,
    page int,
    box real[],
    span int4range,
    table_position int,
    table_row int,
    table_column int,
    paragraph int,
    paragraph_offset int,
    confidence real NOT NULL,
    PRIMARY KEY (version_id, fact_id)
);
CREATE INDEX fact_totals ON disclosures.fact (concept, year, version_id)
    WHERE preferred AND measure = 'amount' AND function IS NULL AND economy IS NULL AND item IS NULL;
CREATE INDEX fact_function ON disclosures.fact (function, year) WHERE preferred AND measure = 'amount' AND function IS NOT NULL;
CREATE INDEX fact_economy ON disclosures.fact (economy, year) WHERE preferred AND measure = 'amount' AND economy IS NOT NULL;

CREATE TABLE disclosures.claim (
    version_id uuid NOT NULL REFERENCES disclosures.report_version ON DELETE CASCADE,
    claim_id text NOT NULL,
    kind text NOT NULL,
    relation text,
    partial boolean NOT NULL,
    base text,
    subject text NOT NULL,
    roles jsonb NOT NULL,
    names text[] NOT NULL,
    reason text,
    quote text NOT NULL,
    page int,
    box real[],
    span int4range,
    paragraph int,
    PRIMARY KEY (version_id, claim_id)
);

CREATE TABLE disclosures.classification (
    scheme text NOT NULL,
    code text NOT NULL,
    first_year int NOT NULL,
    last_year int,
    name text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (scheme, code, first_year, name)
);
