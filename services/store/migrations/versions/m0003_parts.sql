-- A part has its whole, and goes with it. A foreign key asks for every row (6 microseconds of 12 that storing a row takes); these
-- triggers ask once a statement, which is once a batch (less than 1). Where the server can declare a foreign key without
-- enforcing it (from PostgreSQL 18 on), the migration does so as well, for those who read the schema.

CREATE FUNCTION disclosures.has_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE orphan uuid;
BEGIN
    EXECUTE format(
        'SELECT w.version_id FROM (SELECT DISTINCT version_id FROM written) w '
        'WHERE NOT EXISTS (SELECT FROM disclosures.%I p WHERE p.version_id = w.version_id) LIMIT 1', TG_ARGV[0]) INTO orphan;
    IF orphan IS NOT NULL THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s of %s, which is not in %s', TG_TABLE_NAME, orphan, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION disclosures.takes_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part text;
BEGIN
    FOREACH part IN ARRAY TG_ARGV LOOP
        EXECUTE format('DELETE FROM disclosures.%I p USING gone WHERE p.version_id = gone.version_id', part);
    END LOOP;
    RETURN NULL;
END $$;
