"""Contract models from values that are known to be right, without validation.

A 30-page document has some 6,000 cells, places and facts. ``BaseModel.model_construct`` resolves aliases and defaults field
by field; here the defaults of a model are taken once. The result is the same (a test compares the two), fields in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from schemas.base import Contract

Model = TypeVar("Model", bound=Contract)


def trusted(model: type[Model]) -> Callable[..., Model]:
    """A maker of ``model``: takes its fields by name, every required one, each of exactly the declared type."""
    blank = {name: None if field.is_required() else field.get_default() for name, field in model.model_fields.items()}
    assign = object.__setattr__

    def make(**values: Any) -> Model:
        instance = model.__new__(model)
        assign(instance, "__dict__", {**blank, **values})
        assign(instance, "__pydantic_fields_set__", set(values))
        assign(instance, "__pydantic_extra__", None)
        assign(instance, "__pydantic_private__", None)
        return instance

    return make
