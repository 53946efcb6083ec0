"""Alembic's entry: runs the migrations over the connection that ``run`` opened."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="migration", version_table_schema="disclosures")
with context.begin_transaction():
    context.run_migrations()
