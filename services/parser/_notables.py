from dataclasses import dataclass, field
@dataclass
class TablesRead:
    tables: tuple = ()
    facts: tuple = ()
    unbound: tuple = ()
    table_numbers: int = 0
    bound: int = 0
def bind(layout, **kw):
    return TablesRead()
