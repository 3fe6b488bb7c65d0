"""A set → some bits for each member, and for what is said of it as a whole."""

from __future__ import annotations

from glutemed.model.vocabulary import FactDeclaration
from glutemed.population.columns import Form, Given
from glutemed.population.fields import WHOLE_SET, Field, Odd
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Variable
from glutemed.reading.sql import text

_SET_ODD = (Odd.NOTHING, Odd.GIVEN, Odd.FORM, Odd.WORD, Odd.BOTH, Odd.DECLINED)
_NULL_LIST = "CAST(NULL AS VARCHAR[])"


def set_fields(
    declared: FactDeclaration, one: Given, known: dict[Variable, Axis]
) -> tuple[Field, ...]:
    """The fields of a set: what is said of it as a whole, and one of each member.

    Args:
        declared: The fact.
        one: The column that holds it.
        known: What cuts each variable; added to where no rule reads it.
    """
    for member in declared.values:
        variable = Variable(declared.name, member, 0, 1)
        known.setdefault(variable, Axis(variable, (1,)))
    present, absent, form, silent, declined = _lists(one)
    every = ", ".join(text(word) for word in declared.values)
    both = f"coalesce(list_has_any({present}, {absent}), FALSE)" if absent else "FALSE"
    listed = [
        f"coalesce(list_has_all([{every}], {part}), TRUE)" for part in (present, absent) if part
    ]
    if not declared.values:
        listed = [f"coalesce(len({part}), 0) = 0" for part in (present, absent) if part]
    whole = (
        f"(CASE WHEN {silent} AND NOT {declined} THEN 0 WHEN {form} THEN 2 "
        f"WHEN NOT ({' AND '.join(listed)}) THEN 3 WHEN {both} THEN 4 "
        f"WHEN {declined} THEN 5 ELSE 1 END)"
    )
    fields = [Field(declared.name, WHOLE_SET, None, whole, (0,) * 6, _SET_ODD)]
    for member in declared.values:
        axis = known[Variable(declared.name, member, 0, 1)]
        otherwise = 0 if member in declared.silent_absent else 2
        denied = f"WHEN list_contains({absent}, {text(member)}) THEN 0 " if absent else ""
        if absent or otherwise == 2:
            code = (
                f"(CASE WHEN {silent} THEN 2 WHEN list_contains({present}, {text(member)}) THEN 1 "
                f"{denied}ELSE {otherwise} END)"
            )
        else:
            code = f"coalesce(CAST(list_contains({present}, {text(member)}) AS UTINYINT), 2)"
        fields.append(Field(declared.name, member, axis, code, (0, 1, 2), (Odd.NOTHING,) * 3))
    return tuple(fields)


def _lists(one: Given) -> tuple[str, str, str, str, str]:
    """Texts for: what is in a set, what is not, a wrong form, nothing said, and declined."""
    null = f"{one.sql} IS NULL"
    if one.form is Form.LIST:
        return (
            one.sql,
            "",
            _holds_null(one.sql),
            null,
            "FALSE",
        )
    if one.form is Form.MEMBERS:
        said, denied = (f"struct_extract({one.sql}, '{side}')" for side in ("present", "absent"))
        present, absent = f"coalesce({said}, [])", f"coalesce({denied}, [])"
        nothing = f"({null} OR ({said} IS NULL AND {denied} IS NULL))"
        # Where nobody knows what is present, what is left out is not absent.
        form = f"({said} IS NULL OR {_holds_null(present)} OR {_holds_null(absent)})"
        return present, absent, form, nothing, "FALSE"
    if one.form is Form.TEXT:
        inner = f"trim(regexp_replace(trim({one.sql}), '^\\[(.*)\\]$', '\\1'))"
        split = f"regexp_split_to_array({inner}, '\\s*[;,|]\\s*|\\s+')"
        said = f"({null} OR trim({one.sql}) IN ('', 'unknown', 'declined'))"
        words = f"(CASE WHEN {said} THEN {_NULL_LIST} WHEN {inner} = '' THEN [] ELSE {split} END)"
        return words, "", "FALSE", said, f"coalesce(trim({one.sql}) = 'declined', FALSE)"
    if one.form is Form.JSON:
        is_list = f"coalesce(json_type({one.sql}) = 'ARRAY', FALSE)"
        is_pair = f"coalesce(json_type({one.sql}) = 'OBJECT', FALSE)"

        def part(key: str) -> str:
            return (
                f"CASE WHEN {is_pair} THEN coalesce(TRY_CAST(json_extract({one.sql}, '$.{key}') "
                "AS VARCHAR[]), []) END"
            )

        words = f"(CASE WHEN {is_list} THEN TRY_CAST({one.sql} AS VARCHAR[]) ELSE {part('present')} END)"
        absent = f"({part('absent')})"
        kinds = (
            f"list_contains(list_transform(CASE WHEN {is_list} THEN json_extract({one.sql}, '$[*]') "
            f"WHEN {is_pair} THEN list_concat(json_extract({one.sql}, '$.present[*]'), "
            f"json_extract({one.sql}, '$.absent[*]')) END, lambda w: json_type(w) <> 'VARCHAR'), TRUE)"
        )
        named = f"(CASE WHEN {is_pair} THEN json_keys({one.sql}) END)"
        keys = (
            f"({is_pair} AND NOT coalesce(list_has_all(['present', 'absent', 'rest'], "
            f"{named}), TRUE))"
        )
        parts = ", ".join(f"json_type({one.sql}, '$.{key}')" for key in ("present", "absent"))
        misfit = (
            f"({is_pair} AND (len({named}) > list_unique({named}) "
            f"OR NOT list_has_all(['ARRAY', ''], list_transform([{parts}], "
            "lambda kind: coalesce(kind, ''))) "
            f"OR coalesce(json_extract({one.sql}, '$.rest') NOT IN ('\"declined\"', '\"unknown\"'), "
            "FALSE)))"
        )
        rest = f"json_extract_string({one.sql}, '$.rest')"
        bare = f"coalesce({one.sql} = '\"declined\"', FALSE)"
        form = f"(NOT ({is_list} OR {is_pair} OR {bare}) OR coalesce({kinds}, FALSE) OR {keys} OR {misfit})"
        silent = f"({null} OR {bare} OR {one.sql} IN ('null', '\"unknown\"'))"
        declined = f"({bare} OR ({is_pair} AND coalesce({rest} = 'declined', FALSE)))"
        return words, absent, form, silent, declined
    if one.form is Form.EMPTY:
        return _NULL_LIST, "", "FALSE", "TRUE", "FALSE"
    return _NULL_LIST, "", "TRUE", null, "FALSE"


def _holds_null(listed: str) -> str:
    return f"list_contains(list_transform({listed}, lambda w: w IS NULL), TRUE)"
