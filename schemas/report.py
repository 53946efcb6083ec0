"""``Report``: what one version of a disclosure says, every number with its place.

The fact model is XBRL's: a fact is a value of a concept under dimensions (fund, nature, functional and economic
code, phase), in a period (fiscal year), with a unit and ``decimals``. A printed number stands for the closed interval
of half a unit of its last displayed digit around it (XBRL Calculations 1.1).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from schemas.base import Box, Contract, Number
from schemas.place import Place


class Kind(StrEnum):
    """The kind of a disclosure."""

    BUDGET = "budget"  # 部门预算
    FINAL_ACCOUNTS = "final_accounts"  # 部门决算


class Scope(StrEnum):
    """Whose figures: a department (部门, with its subordinate units) or one unit (单位, 本级)."""

    DEPARTMENT = "department"
    UNIT = "unit"


class Identity(Contract):
    """Which disclosure this is. What could not be established is null; ``conflicts`` says what disagreed."""

    issuer: str | None = None
    region: tuple[str, ...] = ()  # from province down: ("上海市", "普陀区")
    scope: Scope | None = None
    kind: Kind | None = None
    fiscal_year: int | None = None
    money_units: tuple[str, ...] = ()  # as printed: 万元, 元
    title: str | None = None
    published: date | None = None
    conflicts: tuple[str, ...] = ()


class Measure(StrEnum):
    """What a fact measures of its concept."""

    AMOUNT = "amount"  # money, yuan
    CHANGE = "change"  # money, yuan: an increase is positive, a decrease negative
    GROWTH = "growth"  # percent; the sign follows the direction word
    SHARE = "share"  # percent of a whole
    COMPLETION = "completion"  # percent of a budget
    COUNT = "count"  # persons, vehicles, visits ...
    SCORE = "score"  # points in a performance form
    OTHER = "other"  # a number with a unit of its own (square metres ...)


class Phase(StrEnum):
    """The stage of the budget cycle whose figure this is."""

    INITIAL = "initial"  # 年初预算; in a budget document: the budget itself
    FULL_YEAR = "full_year"  # 全年预算, 调整预算数
    FINAL = "final"  # 决算
    EXECUTION = "execution"  # 预计执行数, 执行数 (of the year before, in a budget)


class Fact(Contract):
    """One stated number with everything that says what it is a number of.

    ``value`` is in base units: yuan for money, percentage points for rates, the thing itself for counts. ``decimals`` is
    XBRL's: the value is good to ``10 ** -decimals`` (12.34 万元 is value 123400, decimals -2). ``scale`` is the power of
    ten between the printed and the base unit (万元: 4). ``item`` keeps the normalised words of a subject that has no
    concept or code of its own, so that the same words in two places still meet. ``base`` is a dimension too: what a
    change, growth or completion is measured against (the words of ``Claim.base``), for a share the whole that it is a
    share of; two rates of one subject against different bases are different facts. ``confidence`` is 1 unless the
    number came from optical recognition.
    """

    id: str
    concept: str
    measure: Measure = Measure.AMOUNT
    fund: str = "all"
    nature: str = "total"
    function: str | None = None
    economy: str | None = None
    item: str | None = None
    base: str | None = None
    phase: Phase | None = None
    year: int | None = None
    value: Number
    unit: str
    scale: int = 0
    decimals: int
    text: str
    place: Place
    source: str = "table"  # table | narrative
    confidence: float = 1.0

    @property
    def exact(self) -> bool:
        """Counted one by one (3辆), so that nothing was rounded: not in 万, not 4000.6平方米, not 500余人."""
        return self.measure is Measure.COUNT and not self.scale and self.decimals <= 0 and not {"余", "多"} & set(self.text)

    @property
    def half_width(self) -> Decimal:
        """Half a unit of the last displayed digit, in base units; 0 of what is counted one by one."""
        return Decimal(0) if self.exact else Decimal(5).scaleb(-self.decimals - 1)


class ClaimKind(StrEnum):
    """The relation that a sentence states."""

    VALUE = "value"  # roles: value
    CHANGE = "change"  # roles: current, delta?, rate?, previous?
    SHARE = "share"  # roles: part?, whole?, rate
    COMPLETION = "completion"  # roles: actual, budget, rate
    PARTS = "parts"  # roles: whole, part (several)
    COMPARISON = "comparison"  # roles: left, right
    SHARES = "shares"  # roles: rate (several shares of one whole)


class Claim(Contract):
    """A narrative statement as a relation over facts.

    ``roles`` maps a role to the ids of the facts that play it. ``relation`` is the direction or comparison that the words
    state: ``increase decrease unchanged`` for a change, ``lt gt eq`` for a comparison. ``partial`` marks a list that need
    not be complete (主要用于 ...): its parts may fall short of the whole, never exceed it. ``base`` says what a change
    is measured against. ``reason`` is the text given as its reason. ``words`` are the words that carry the relation.
    ``names`` are the items that a list names without an amount of their own (主要包括：基本工资、津贴补贴 ...), as printed.
    """

    id: str
    kind: ClaimKind
    roles: dict[str, tuple[str, ...]]
    relation: str | None = None
    partial: bool = False
    base: str | None = None  # last_year_{final, budget, adjusted, execution} | initial | full_year | last_year
    subject: str = ""
    words: str = ""
    names: tuple[str, ...] = ()
    reason: str | None = None
    quote: str
    place: Place


class Line(Contract):
    """A fragment of a paragraph that stands on one printed line: offset of its first character, page and box.

    ``start`` is the code-point offset of its first character in the document's decoded text, null where there is none. A
    fragment ends where the decoded text holds something that the paragraph does not (a mark, a line break): inside it the
    offsets run on.
    """

    offset: int
    start: int | None = None
    page: int | None = None
    box: Box | None = None


class Paragraph(Contract):
    """A paragraph of text, joined across lines and pages. ``section`` is an index into ``Report.outline``."""

    text: str
    place: Place
    lines: tuple[Line, ...] = ()
    section: int | None = None
    confidence: float = 1.0


class SectionKind(StrEnum):
    """What part of the document a section is."""

    COVER = "cover"
    CONTENTS = "contents"
    PART = "part"  # 第一部分
    SECTION = "section"  # 一、
    ITEM = "item"  # （一） and below
    ANNEX = "annex"
    GLOSSARY = "glossary"  # 名词解释


class Section(Contract):
    """A heading and what stands under it: paragraphs ``first`` to ``last`` (exclusive), heading included."""

    kind: SectionKind
    level: int  # 1 part, 2 一、, 3 （一）, 4 1., 5 （1）
    number: str | None = None  # as printed: 第二部分, 一、, （三）
    ordinal: int | None = None
    title: str
    parent: int | None = None
    place: Place
    first: int
    last: int


class Cell(Contract):
    """A cell of the physical grid. ``value`` is null for text and for blanks; money is in the printed unit."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    value: Number | None = None
    decimals: int | None = None
    place: Place
    fact: str | None = None
    confidence: float = 1.0


class ColumnRole(StrEnum):
    """What a column holds."""

    CODE = "code"
    LABEL = "label"
    VALUE = "value"
    ROW_NUMBER = "row_number"  # 行次, 序号
    TEXT = "text"  # 备注 and other words


class Column(Contract):
    """A column: its header from the outermost to the innermost cell, and the dimensions that it fixes."""

    index: int
    side: int = 0  # 0 left, 1 right ... of a table of several statements side by side
    role: ColumnRole
    header: tuple[str, ...] = ()
    number: str | None = None  # 栏次
    dimensions: dict[str, str] = {}  # a subset of: concept fund nature phase year measure item


class RowRole(StrEnum):
    """What a line of a table is."""

    HEADER = "header"
    DATA = "data"
    TOTAL = "total"  # 合计, 总计
    NOTE = "note"


class TableRow(Contract):
    """One line of one side of a table.

    ``parent`` is the index in ``Table.rows`` of the line whose amount includes this one's; ``of_which`` marks a line that
    is only a part of its parent (其中: without a claim of completeness).
    """

    row: int
    side: int = 0
    role: RowRole
    label: str = ""
    code: str | None = None
    number: str | None = None  # 行次
    level: int = 0
    parent: int | None = None
    of_which: bool = False
    dimensions: dict[str, str] = {}


class PrintedIdentity(Contract):
    """A relation that the table itself prints: ``24 行 = (1+2+3) 行``. Terms are ``(sign, number)``."""

    axis: str  # row | column
    result: str
    terms: tuple[tuple[int, str], ...]
    text: str
    place: Place


class Table(Contract):
    """A statement table, continuation pages joined."""

    index: int
    kind: str | None = None  # an id of schemas/taxonomy/tables.yaml
    title: str | None = None
    unit: str | None = None  # as printed: 万元
    pages: tuple[int, ...] = ()
    after_paragraph: int = 0  # it stands before Report.paragraphs[after_paragraph]
    n_rows: int
    n_columns: int
    header_rows: int = 0
    cells: tuple[Cell, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[TableRow, ...] = ()
    notes: tuple[str, ...] = ()
    identities: tuple[PrintedIdentity, ...] = ()
    said_empty: bool = False  # the document says that this table has no data
    doubts: tuple[str, ...] = ()  # what could not be read with certainty
    confidence: float = 1.0


class Mention(Contract):
    """A number that could not be bound to a fact."""

    text: str
    place: Place
    source: str  # table | narrative


class Reading(Contract):
    """How well the document could be read."""

    pages: int = 0
    unreadable_pages: tuple[int, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    tables_found: int = 0
    tables_recognised: int = 0
    table_numbers: int = 0
    table_numbers_bound: int = 0
    narrative_numbers: int = 0
    narrative_numbers_bound: int = 0
    unbound: tuple[Mention, ...] = ()
    reader: str = ""
    warnings: tuple[str, ...] = ()


class Report(Contract):
    """What one version of a disclosure says. ``report_id`` stays when the document is re-published; ``document`` changes."""

    report_id: str
    document: str  # sha256 of the bytes
    url: str | None = None
    source: str | None = None
    version: int = 1
    fetched_at: datetime | None = None  # when this version was found: versions of one report are ordered by it
    identity: Identity
    metadata: dict[str, str] = {}  # what the file says of itself (PDF title, HTML title ...)
    outline: tuple[Section, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    reading: Reading = Reading()
    parser_version: str = ""
