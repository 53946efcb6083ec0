"""What every contract model shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer
from pydantic.functional_validators import BeforeValidator
from pydantic.json_schema import WithJsonSchema


class Contract(BaseModel):
    """A frozen message part.

    Unknown fields are ignored, so that a consumer built against an older
    version reads what a newer producer writes (JSON Schema BACKWARD).
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64", defer_build=True)


def _to_decimal(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


Number = Annotated[
    Decimal,
    BeforeValidator(_to_decimal),
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "a decimal number, never a float"}),
]
"""A decimal number, printed in JSON as a plain string so that no digit is lost."""

Box = tuple[float, float, float, float]
"""``(left, top, right, bottom)`` in points from the top left corner of the upright page."""
