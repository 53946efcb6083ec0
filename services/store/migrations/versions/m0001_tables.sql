-- Keys are the deterministic ids of the events, so a repeat finds its own row. What an event refers to and what has not
-- arrived yet is a row with nothing but its key ("stub"), completed when it comes: events may arrive in any order.

CREATE TABLE disclosures.source (
    source_id text PRIMARY KEY
);
COMMENT ON TABLE disclosures.source IS 'A site that is watched (来源)';

CREATE TABLE disclosures.document (
    sha256 text PRIMARY KEY,
    media_type text,
    size bigint
);
COMMENT ON TABLE disclosures.document IS 'Bytes that were found, by their digest (文件)';

CREATE TABLE disclosures.document_version (
    url text NOT NULL,
    version int NOT NULL,
    sha256 text NOT NULL REFERENCES disclosures.document,
    source_id text NOT NULL REFERENCES disclosures.source,
    referrer text,
    link_text text,
    title text,
    published text,
    fetched_at timestamptz NOT NULL,
    status int,
    headers jsonb NOT NULL,
    annexes jsonb NOT NULL,
    PRIMARY KEY (url, version)
);
COMMENT ON TABLE disclosures.document_version IS 'One version of what a URL offered (网址的一个版本)';
CREATE INDEX ON disclosures.document_version (sha256);
CREATE INDEX ON disclosures.document_version (source_id, fetched_at);

CREATE TABLE disclosures.report (
    report_id text PRIMARY KEY,
    issuer text,
    region text[] NOT NULL,
    scope text,
    kind text,
    fiscal_year int
);
COMMENT ON TABLE disclosures.report IS 'A disclosure, all its versions together: budget (预算) or final accounts (决算) of one body for one year';
CREATE INDEX ON disclosures.report (issuer, fiscal_year);

CREATE TABLE disclosures.report_version (
    report_id text NOT NULL REFERENCES disclosures.report,
    document text NOT NULL REFERENCES disclosures.document,
    url text,
    source_id text,
    version int NOT NULL,
    fetched_at timestamptz,
    title text,
    published date,
    money_units text[] NOT NULL,
    conflicts text[] NOT NULL,
    metadata jsonb NOT NULL,
    reading jsonb NOT NULL,
    parser_version text NOT NULL,
    digest bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (report_id, document)
);
COMMENT ON TABLE disclosures.report_version IS 'What was read from one version of a disclosure; digest tells a repeat from a new reading';
CREATE INDEX ON disclosures.report_version (document);

CREATE TABLE disclosures.section (
    report_id text NOT NULL,
    document text NOT NULL,
    position int NOT NULL,
    kind text NOT NULL,
    level int NOT NULL,
    number text,
    title text NOT NULL,
    parent int,
    page int,
    PRIMARY KEY (report_id, document, position),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.report_version ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.section IS 'A heading of the outline (部分、章节、条目)';

CREATE TABLE disclosures.report_table (
    report_id text NOT NULL,
    document text NOT NULL,
    position int NOT NULL,
    kind text,
    title text,
    unit text,
    pages int[] NOT NULL,
    n_rows int NOT NULL,
    n_columns int NOT NULL,
    said_empty boolean NOT NULL,
    doubts text[] NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (report_id, document, position),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.report_version ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.report_table IS 'A statement table (报表); content holds rows, columns and notes';

CREATE TABLE disclosures.fact (
    report_id text NOT NULL,
    document text NOT NULL,
    fact_id text NOT NULL,
    concept text NOT NULL,
    measure text NOT NULL,
    fund text NOT NULL,
    nature text NOT NULL,
    function text,
    economy text,
    item text,
    phase text,
    year int,
    value numeric NOT NULL,
    unit text NOT NULL,
    decimals int NOT NULL,
    scale int NOT NULL,
    text text NOT NULL,
    source text NOT NULL,
    page int,
    span int4range,
    table_position int,
    table_row int,
    table_column int,
    confidence real NOT NULL,
    PRIMARY KEY (report_id, document, fact_id),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.report_version ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.fact IS 'A stated number and what it is a number of (事实); docs/facts.md';
COMMENT ON COLUMN disclosures.fact.concept IS 'What is measured (概念); schemas/taxonomy/concepts.yaml';
COMMENT ON COLUMN disclosures.fact.fund IS 'Whose money (资金来源)';
COMMENT ON COLUMN disclosures.fact.nature IS 'Kind of spending (支出性质): basic 基本支出, project 项目支出 …';
COMMENT ON COLUMN disclosures.fact.function IS 'Functional code 类/款/项 (功能分类科目编码), 3, 5 or 7 digits';
COMMENT ON COLUMN disclosures.fact.economy IS 'Departmental economic code 类/款 (部门预算经济分类科目编码), 3 or 5 digits';
COMMENT ON COLUMN disclosures.fact.phase IS 'initial 年初预算, full_year 全年预算, final 决算, execution 执行数';
COMMENT ON COLUMN disclosures.fact.value IS 'In base units: yuan (元), percentage points, things';
COMMENT ON COLUMN disclosures.fact.decimals IS 'XBRL decimals: the value is good to 10 ** -decimals';
COMMENT ON COLUMN disclosures.fact.span IS 'Code points in the decoded text of a text document';
CREATE INDEX ON disclosures.fact (concept, fund, nature, year) WHERE function IS NULL AND economy IS NULL;
CREATE INDEX ON disclosures.fact (function, year) WHERE function IS NOT NULL;
CREATE INDEX ON disclosures.fact (economy, year) WHERE economy IS NOT NULL;

CREATE TABLE disclosures.claim (
    report_id text NOT NULL,
    document text NOT NULL,
    claim_id text NOT NULL,
    kind text NOT NULL,
    relation text,
    partial boolean NOT NULL,
    base text,
    subject text NOT NULL,
    roles jsonb NOT NULL,
    reason text,
    quote text NOT NULL,
    page int,
    PRIMARY KEY (report_id, document, claim_id),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.report_version ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.claim IS 'A sentence as a relation over facts (叙述)';

CREATE TABLE disclosures.validation (
    report_id text NOT NULL REFERENCES disclosures.report,
    document text NOT NULL REFERENCES disclosures.document,
    validated_at timestamptz,
    ruleset text NOT NULL,
    table_numbers int NOT NULL,
    table_numbers_checked int NOT NULL,
    narrative_numbers int NOT NULL,
    narrative_numbers_checked int NOT NULL,
    errors int NOT NULL,
    warnings int NOT NULL,
    roundings int NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (report_id, document)
);
COMMENT ON TABLE disclosures.validation IS 'The whole outcome of checking one report version (校验结果)';

CREATE TABLE disclosures.check_outcome (
    report_id text NOT NULL,
    document text NOT NULL,
    position int NOT NULL,
    rule text NOT NULL,
    outcome text NOT NULL,
    subject text NOT NULL,
    reason text,
    facts text[] NOT NULL,
    discrepancy_id text,
    PRIMARY KEY (report_id, document, position),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.validation ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.check_outcome IS 'One executed or not executable relation (勾稽关系): not checked is never passed';
CREATE INDEX ON disclosures.check_outcome (rule, outcome);

CREATE TABLE disclosures.obligation (
    report_id text NOT NULL,
    document text NOT NULL,
    obligation text NOT NULL,
    aspect text NOT NULL,
    outcome text NOT NULL,
    reason text,
    basis text,
    PRIMARY KEY (report_id, document, obligation),
    FOREIGN KEY (report_id, document) REFERENCES disclosures.validation ON DELETE CASCADE
);
COMMENT ON TABLE disclosures.obligation IS 'What the regulations require of the disclosure (公开要求), by 完整性 细化程度 及时性 公开方式 真实性';

CREATE TABLE disclosures.discrepancy (
    discrepancy_id text PRIMARY KEY,
    report_id text NOT NULL REFERENCES disclosures.report,
    document text NOT NULL REFERENCES disclosures.document,
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
    message_zh text NOT NULL,
    message_en text NOT NULL,
    cause_zh text,
    cause_en text,
    basis text,
    broken text[] NOT NULL,
    evidence jsonb NOT NULL,
    first_seen timestamptz,
    last_seen timestamptz
);
COMMENT ON TABLE disclosures.discrepancy IS 'Something that does not agree (不一致), as it stands now';
CREATE INDEX ON disclosures.discrepancy (report_id);
CREATE INDEX ON disclosures.discrepancy (state, severity);
CREATE INDEX ON disclosures.discrepancy (rule);

CREATE TABLE disclosures.discrepancy_event (
    discrepancy_id text NOT NULL REFERENCES disclosures.discrepancy,
    document text NOT NULL REFERENCES disclosures.document,
    state text NOT NULL,
    seen_at timestamptz,
    event jsonb NOT NULL,
    PRIMARY KEY (discrepancy_id, document, state)
);
COMMENT ON TABLE disclosures.discrepancy_event IS 'The life of a discrepancy: opened, changed, resolved, withdrawn, by which document version';

CREATE TABLE disclosures.dead_letter (
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    stage text NOT NULL,
    failure text NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    traceback text,
    failed_at timestamptz NOT NULL,
    attempts int NOT NULL,
    PRIMARY KEY (topic, partition, "offset", stage)
);
COMMENT ON TABLE disclosures.dead_letter IS 'A message that could not be processed (死信); its bytes stay on the topic';

CREATE VIEW disclosures.open_discrepancies AS
SELECT d.discrepancy_id, r.issuer, r.region, r.kind, r.scope, r.fiscal_year, d.severity, d.category, d.rule, d.stated, d.expected,
       d.message_zh, d.message_en, d.cause_zh, d.cause_en, d.basis, d.evidence, d.url, d.document, d.report_id, d.state,
       d.first_seen, d.last_seen
FROM disclosures.discrepancy d JOIN disclosures.report r USING (report_id)
WHERE d.state IN ('opened', 'changed');
COMMENT ON VIEW disclosures.open_discrepancies IS 'What does not agree today, with whose it is and where it stands (未解决的不一致)';
