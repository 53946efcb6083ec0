"""Binary workbooks (XLSB, and XLS that xlrd cannot read) → the cells of each sheet, through calamine.

It delivers values, not how they are shown: a number has as many decimals as it needs, not as many as are printed.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

from services.parser.layout import GridCell, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.sheets.printed import general
from services.parser.readers.words import tidy


def read_sheets(body: bytes, limits: Limits) -> Iterator[tuple[str, list[GridCell]]]:
    """Name and filled cells of each visible sheet. Raises ``Unreadable``: ``damaged``, ``encrypted``."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        cells = 0
        for about in workbook.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet or about.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            spans = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in sheet.merged_cell_ranges or ()}
            limits.check_cells(cells + sheet.total_height * sheet.total_width)
            found = []
            for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
                for column, value in enumerate(values):
                    text = _shown(value)
                    if text:
                        found.append(GridCell(row, column, text, *spans.get((row, column), (1, 1))))
            cells += len(found)
            yield about.name, found
    except python_calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's Rust on a damaged record: no Exception, and not to be imported
            raise
        raise Unreadable("damaged") from error


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return general(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%Y-%m-%d}"
    return tidy(str(value)) if value is not None else ""
