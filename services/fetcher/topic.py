"""What a disclosure, and a link to one, speaks of."""

from __future__ import annotations

import re

TOPIC = re.compile(r"预算|决算|三公")
