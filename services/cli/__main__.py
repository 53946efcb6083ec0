"""``python -m services.cli``: the same as ``gouji``."""

from services.cli import main

main()
