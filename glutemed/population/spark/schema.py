"""The columns of a Spark data frame, as the rest of the room names them."""

from __future__ import annotations

from typing import Any

from glutemed.population.columns import Branch, Form
from glutemed.reading.sql import SPARK, name

_FORMS = {
    "boolean": Form.BOOL,
    **dict.fromkeys(("byte", "short", "integer", "long"), Form.WHOLE),
    **dict.fromkeys(("float", "double", "decimal"), Form.REAL),
    "string": Form.TEXT,
    "void": Form.EMPTY,
}


def branches(schema: Any) -> tuple[Branch, ...]:
    """The columns.

    Args:
        schema: The ``StructType`` of a frame.
    """
    return tuple(_branch(field, "") for field in schema.fields)


def _branch(field: Any, base: str) -> Branch:
    sql, kind = f"{base}{name(field.name, SPARK)}", field.dataType
    word = kind.typeName()
    if word == "struct":
        parts = tuple(_branch(part, f"{sql}.") for part in kind.fields)
        is_set = {part.name for part in parts} == {"present", "absent"}
        words = all(part.form in {Form.LIST, Form.EMPTY} for part in parts)
        return Branch(field.name, sql, Form.MEMBERS if is_set and words else Form.OTHER, parts)
    if word == "array":
        inner = _FORMS.get(kind.elementType.typeName())
        is_words = inner in {Form.TEXT, Form.EMPTY}
        return Branch(field.name, sql, Form.LIST if is_words else Form.OTHER)
    return Branch(field.name, sql, _FORMS.get(word, Form.OTHER))
