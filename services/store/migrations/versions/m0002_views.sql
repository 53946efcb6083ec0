-- What people ask for. Each has a documented query: docs/querying.md. Figures are those of the version of each report that
-- counts today (report.latest), of the report's own year, each fact once (fact.preferred).

CREATE VIEW disclosures.open_discrepancies AS
SELECT d.discrepancy_id, r.issuer, r.region, r.kind, r.scope, r.fiscal_year, d.severity, d.category, d.state, d.rule, d.subject,
       d.stated, d.expected, d.difference, d.message_zh, d.message_en, d.cause_zh, d.cause_en, d.basis, d.quotes, d.evidence,
       d.broken, v.title, v.published, d.url, v.document, d.report_id, d.version_id, d.first_seen, d.last_seen
FROM disclosures.discrepancy d
JOIN disclosures.report r USING (report_id)
JOIN disclosures.report_version v ON v.version_id = d.version_id
WHERE d.state IN ('opened', 'changed') AND v.superseded_by IS NULL;

CREATE VIEW disclosures.department_year AS
SELECT r.issuer, r.region, r.scope, r.fiscal_year, r.kind, f.fund,
       max(f.value) FILTER (WHERE f.concept = 'income' AND f.nature = 'total') AS income,
       max(f.value) FILTER (WHERE f.concept = 'income_total' AND f.nature = 'total') AS income_total,
       max(f.value) FILTER (WHERE f.concept = 'expenditure' AND f.nature = 'total') AS expenditure,
       max(f.value) FILTER (WHERE f.concept = 'expenditure_total' AND f.nature = 'total') AS expenditure_total,
       max(f.value) FILTER (WHERE f.concept = 'expenditure' AND f.nature = 'basic') AS basic,
       max(f.value) FILTER (WHERE f.concept = 'expenditure' AND f.nature = 'personnel') AS personnel,
       max(f.value) FILTER (WHERE f.concept = 'expenditure' AND f.nature = 'operating') AS operating,
       max(f.value) FILTER (WHERE f.concept = 'expenditure' AND f.nature = 'project') AS project,
       max(f.value) FILTER (WHERE f.concept = 'opening_balance') AS opening_balance,
       max(f.value) FILTER (WHERE f.concept = 'closing_balance') AS closing_balance,
       v.title, v.url, v.document, r.report_id, v.version_id
FROM disclosures.report r
JOIN disclosures.report_version v ON v.version_id = r.latest
JOIN disclosures.fact f ON f.version_id = r.latest
WHERE f.preferred AND f.measure = 'amount' AND f.function IS NULL AND f.economy IS NULL AND f.item IS NULL
  AND f.concept IN ('income', 'income_total', 'expenditure', 'expenditure_total', 'opening_balance', 'closing_balance')
  AND f.year = r.fiscal_year AND f.phase = CASE r.kind WHEN 'budget' THEN 'initial' ELSE 'final' END
GROUP BY r.report_id, v.version_id, f.fund;

CREATE VIEW disclosures.three_public_expenses AS
SELECT r.issuer, r.region, r.scope, r.fiscal_year, r.kind, f.phase,
       max(f.value) FILTER (WHERE f.concept = 'three_public') AS total,
       max(f.value) FILTER (WHERE f.concept = 'three_public.abroad') AS abroad,
       max(f.value) FILTER (WHERE f.concept = 'three_public.vehicles') AS vehicles,
       max(f.value) FILTER (WHERE f.concept = 'three_public.vehicle_purchase') AS vehicle_purchase,
       max(f.value) FILTER (WHERE f.concept = 'three_public.vehicle_running') AS vehicle_running,
       max(f.value) FILTER (WHERE f.concept = 'three_public.reception') AS reception,
       v.title, v.url, v.document, r.report_id, v.version_id
FROM disclosures.report r
JOIN disclosures.report_version v ON v.version_id = r.latest
JOIN disclosures.fact f ON f.version_id = r.latest
WHERE f.preferred AND f.measure = 'amount' AND f.function IS NULL AND f.economy IS NULL AND f.item IS NULL
  AND f.concept IN ('three_public', 'three_public.abroad', 'three_public.vehicles', 'three_public.vehicle_purchase',
                    'three_public.vehicle_running', 'three_public.reception')
  AND f.year = r.fiscal_year
GROUP BY r.report_id, v.version_id, f.phase;

CREATE VIEW disclosures.spending_by_function AS
SELECT r.issuer, r.region, r.scope, r.fiscal_year, r.kind, f.fund, f.function,
       (SELECT c.name FROM disclosures.classification c
        WHERE c.scheme = 'function' AND c.code = f.function AND c.first_year <= r.fiscal_year
          AND (c.last_year IS NULL OR r.fiscal_year <= c.last_year) ORDER BY c.first_year DESC, c.name LIMIT 1) AS function_name,
       max(f.value) FILTER (WHERE f.nature = 'total') AS total,
       max(f.value) FILTER (WHERE f.nature = 'basic') AS basic,
       max(f.value) FILTER (WHERE f.nature = 'project') AS project,
       v.title, v.url, v.document, r.report_id, v.version_id
FROM disclosures.report r
JOIN disclosures.report_version v ON v.version_id = r.latest
JOIN disclosures.fact f ON f.version_id = r.latest
WHERE f.preferred AND f.measure = 'amount' AND f.function IS NOT NULL AND f.economy IS NULL AND f.item IS NULL
  AND f.concept = 'expenditure' AND f.year = r.fiscal_year
  AND f.phase = CASE r.kind WHEN 'budget' THEN 'initial' ELSE 'final' END
GROUP BY r.report_id, v.version_id, f.fund, f.function;

CREATE VIEW disclosures.spending_by_economy AS
SELECT r.issuer, r.region, r.scope, r.fiscal_year, r.kind, f.fund, f.economy,
       (SELECT c.name FROM disclosures.classification c
        WHERE c.scheme = 'economy' AND c.code = f.economy AND c.first_year <= r.fiscal_year
          AND (c.last_year IS NULL OR r.fiscal_year <= c.last_year) ORDER BY c.first_year DESC, c.name LIMIT 1) AS economy_name,
       max(f.value) FILTER (WHERE f.nature = 'total') AS total,
       max(f.value) FILTER (WHERE f.nature = 'basic') AS basic,
       max(f.value) FILTER (WHERE f.nature = 'personnel') AS personnel,
       max(f.value) FILTER (WHERE f.nature = 'operating') AS operating,
       v.title, v.url, v.document, r.report_id, v.version_id
FROM disclosures.report r
JOIN disclosures.report_version v ON v.version_id = r.latest
JOIN disclosures.fact f ON f.version_id = r.latest
WHERE f.preferred AND f.measure = 'amount' AND f.economy IS NOT NULL AND f.function IS NULL AND f.item IS NULL
  AND f.concept = 'expenditure' AND f.year = r.fiscal_year
  AND f.phase = CASE r.kind WHEN 'budget' THEN 'initial' ELSE 'final' END
GROUP BY r.report_id, v.version_id, f.fund, f.economy;

CREATE VIEW disclosures.coverage AS
SELECT r.issuer, r.region, r.kind, r.scope, r.fiscal_year, v.title, v.reader, v.pages,
       cardinality(v.unreadable_pages) AS unreadable_pages, cardinality(v.ocr_pages) AS ocr_pages,
       v.tables_found, v.tables_recognised,
       v.table_numbers + v.narrative_numbers AS numbers,
       v.table_numbers_bound + v.narrative_numbers_bound AS numbers_bound,
       x.table_numbers_checked + x.narrative_numbers_checked AS numbers_checked,
       round(100.0 * (x.table_numbers_checked + x.narrative_numbers_checked)
             / nullif(x.table_numbers + x.narrative_numbers, 0), 2) AS checked_percent,
       x.passed, x.failed, x.rounding, x.not_applicable, x.not_checked, x.errors, x.warnings, x.roundings,
       v.warnings AS reading_warnings, v.parser_version, x.ruleset, x.validated_at, v.url, v.document, r.report_id, v.version_id
FROM disclosures.report r
JOIN disclosures.report_version v ON v.version_id = r.latest
LEFT JOIN disclosures.validation x ON x.version_id = r.latest;

CREATE VIEW disclosures.timeliness AS
SELECT e.issuer, e.region, e.kind, e.scope, e.fiscal_year, e.standing, e.due, e.published,
       CASE WHEN e.standing = 'missing' THEN current_date - e.due ELSE greatest(0, e.published - e.due) END AS days_late,
       (SELECT min(v.fetched_at) FROM disclosures.report_version v WHERE v.report_id = e.report_id) AS found_at,
       (SELECT max(m.noticed_at) FROM disclosures.removal m
        WHERE m.url = e.url AND m.absence <> 'moved' AND NOT EXISTS (
            SELECT FROM disclosures.document_version later WHERE later.url = m.url AND later.version > m.version)) AS removed_at,
       e.basis, e.url, e.document, e.report_id, e.expectation_id, e.noticed_at
FROM disclosures.expectation e;

CREATE VIEW disclosures.rule_statistics AS
SELECT d.rule, array_agg(DISTINCT d.category ORDER BY d.category) AS categories, count(*) AS fired,
       count(*) FILTER (WHERE d.severity = 'error') AS errors,
       count(*) FILTER (WHERE d.severity = 'warning') AS warnings,
       count(*) FILTER (WHERE d.severity = 'rounding') AS roundings,
       count(DISTINCT d.report_id) AS reports,
       count(*) FILTER (WHERE d.state IN ('opened', 'changed')) AS open,
       count(*) FILTER (WHERE d.state = 'resolved') AS resolved,
       count(*) FILTER (WHERE d.state = 'withdrawn') AS withdrawn,
       round(100.0 * count(*) FILTER (WHERE d.state = 'resolved')
             / nullif(count(*) FILTER (WHERE d.state <> 'withdrawn'), 0), 2) AS resolved_percent,
       max(d.first_seen) AS last_opened
FROM disclosures.discrepancy d
JOIN disclosures.report_version v ON v.version_id = d.version_id AND v.superseded_by IS NULL
GROUP BY d.rule;
