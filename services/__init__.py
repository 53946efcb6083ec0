"""gouji's services and its command line.

Importing anything of it sets how often the process looks for cycles among its objects (Python's ``gc``): what it imports, a
document read or a report from a message is tens of thousands of objects without cycles, and looking for them every 700, as
is usual, takes a seventh of every start and up to a third of reading a report. Pydantic's plugins are off: it would look for
some in every distribution that is installed, at every start.
"""

import gc
import os

COLLECTING = 200_000
"""Objects made between two searches."""

gc.set_threshold(COLLECTING, *gc.get_threshold()[1:])
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
