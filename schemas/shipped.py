"""What ships beside the code as YAML: vocabularies, words, codes."""

from pathlib import Path
from typing import Any

import yaml

# the loader in C takes a tenth of the time; a wheel for a rare platform may come without it
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file of ours."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)  # noqa: S506 - both are safe loaders
