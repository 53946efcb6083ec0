"""gouji's services and its command line.

Importing anything of it sets how often the process looks for cycles among its objects (Python's ``gc``): what it imports, a
document read or a report from a message is tens of thousands of objects without cycles, and looking for them every 700, as
is usual, takes a seventh of every start and up to a third of reading a report.
"""

import gc

COLLECTING = 200_000
"""Objects made between two searches."""

gc.set_threshold(COLLECTING, *gc.get_threshold()[1:])
