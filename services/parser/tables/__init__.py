"""Tables: the grids of a ``Layout`` → ``schemas.report.Table`` and facts. See docs/tables.md."""

from services.parser.tables.binder import TablesRead, bind

__all__ = ["TablesRead", "bind"]
