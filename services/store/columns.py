"""The columns that the store writes, by table, in the order in which tables refer to each other."""

from __future__ import annotations

_SAID = " said_at event_id"  # of which event the row is

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(names.split())
    for table, names in {
        "source": "source_id",
        "document": "sha256 media_type size" + _SAID,
        "document_version": "url version sha256 source_id referrer link_text title published fetched_at status headers" + _SAID,
        "annex": "url version document sha256 position annex_url name" + _SAID,
        "report": "report_id issuer region scope kind fiscal_year" + _SAID,
        "report_version": "version_id report_id document url version source_id fetched_at title published money_units conflicts "
        "metadata reader pages unreadable_pages ocr_pages tables_found tables_recognised table_numbers table_numbers_bound "
        "narrative_numbers narrative_numbers_bound unbound warnings parser_version" + _SAID,
        "section": "version_id position kind level number title parent page first_paragraph last_paragraph",
        "paragraph": "version_id position section text page box span confidence",
        "report_table": "version_id position kind title unit pages after_paragraph n_rows n_columns header_rows said_empty notes "
        "doubts content confidence",
        "fact": "version_id fact_id concept measure fund nature function economy item base phase year value unit decimals scale "
        "text source preferred page box span table_position table_row table_column paragraph paragraph_offset confidence",
        "claim": "version_id claim_id kind relation partial base subject roles names reason quote page box span paragraph",
        "validation": "version_id validated_at ruleset table_numbers table_numbers_checked narrative_numbers "
        "narrative_numbers_checked passed failed rounding not_applicable not_checked errors warnings roundings" + _SAID,
        "check_outcome": "version_id position rule outcome subject reason facts discrepancy_id",
        "obligation": "version_id position obligation aspect outcome reason basis",
        "discrepancy": "discrepancy_id report_id version_id url rule rule_version category severity state subject stated "
        "expected difference stated_low stated_high expected_low expected_high message_zh message_en cause_zh cause_en basis "
        "broken quotes evidence first_seen last_seen" + _SAID,
        "discrepancy_event": "discrepancy_id version_id state content_id severity rule_version stated expected difference "
        "message_zh message_en seen_at" + _SAID,
        "removal": "url version sha256 absence source_id moved_to status last_seen noticed_at" + _SAID,
        "expectation": "expectation_id issuer region kind scope fiscal_year due basis standing published report_id document url "
        "noticed_at" + _SAID,
        "expectation_event": "expectation_id noticed_at standing due basis published report_id document url" + _SAID,
        "dead_letter": "topic partition offset stage failure code reason traceback event_type subject failed_at attempts" + _SAID,
    }.items()
}

KEYS: dict[str, tuple[str, ...]] = {
    table: tuple(names.split())
    for table, names in {
        "source": "source_id",
        "document": "sha256",
        "document_version": "url version sha256",
        "annex": "url version document sha256",
        "report": "report_id",
        "report_version": "version_id",
        "validation": "version_id",
        "discrepancy": "discrepancy_id",
        "discrepancy_event": "discrepancy_id version_id state content_id",
        "removal": "url version sha256 absence",
        "expectation": "expectation_id",
        "expectation_event": "expectation_id noticed_at standing",
        "dead_letter": "topic partition offset stage",
    }.items()
}
"""The keys of the tables whose rows are upserted one by one; the others hold the parts of a row, replaced with it."""

STANDING = {"report", "report_version", "validation", "discrepancy", "expectation"}
"""The tables of what stands: of two events with one key the later one counts. The others say what happened: there the first
word of it stays, and a repeat is no news."""
