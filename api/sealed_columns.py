"""Columns whose values are kept sealed (`api.identifiers`): the models and every query see plain values.

`==` and `in_` with values look for them under every key that opens, so that a change of keys loses nobody. Nothing else
can be asked of such a column in SQL: order, likeness and equality of two columns would all be wrong, or wrong only
while keys are changed, so they raise NotSearchable.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, String, any_, bindparam, literal, or_, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator

from api import identifiers


class NotSearchable(TypeError):
    """Something was asked of a sealed column that only plain values could answer."""


class _Forms(TypeDecorator[list[str]]):
    """A value, or several, as every text under which it may be kept."""

    impl = ARRAY(String)
    cache_ok = True

    def __init__(self, name: str, with_ending: bool) -> None:
        super().__init__()
        self.name, self.with_ending = name, with_ending

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[str]:
        values: Iterable[str] = [value] if isinstance(value, str) else value or []
        return [form for one in values for form in identifiers.forms(self.name, one, with_ending=self.with_ending)]


class _Comparator(TypeDecorator.Comparator[str]):
    """What may be asked of a sealed column."""

    def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        """Equality with values, and whether there is one. Raises NotSearchable for all else."""
        if op in (operators.is_, operators.is_not) or (op in (operators.eq, operators.ne) and other[0] is None):
            return super().operate(op, *other, **kwargs)
        if op is operators.eq and _is_value(other[0]):
            return self._is_one_of(other[0])
        if op is operators.in_op and not isinstance(other[0], ColumnElement | str) and isinstance(other[0], Iterable):
            return self._is_one_of(list(other[0]))
        raise NotSearchable(f"{self.expr} is sealed: it can be compared with values by == and in_, and nothing else.")

    def reverse_operate(self, op: OperatorType, other: Any, **kwargs: Any) -> ColumnElement[Any]:
        """Nothing stands before a sealed column."""
        raise NotSearchable(f"{self.expr} is sealed: write it before what it is compared with.")

    def _is_one_of(self, values: Any) -> ColumnElement[bool]:
        kind: Any = self.expr.type
        forms = _Forms(kind.name, kind.with_ending)
        later = isinstance(values, BindParameter)  # Named in the statement and given when that runs.
        return _raw(self.expr) == any_(bindparam(values.key, type_=forms) if later else literal(values, forms))


class Sealed(TypeDecorator[str]):
    """Text that is sealed in the database. `name`: table and column. `with_ending`: `ends_in` can find it.

    The name is sealed in with every value, so none counts in another column. It must not change.
    """

    impl = String
    cache_ok = True
    comparator_factory = _Comparator

    def __init__(self, name: str, with_ending: bool = False) -> None:
        super().__init__()
        self.name, self.with_ending = name, with_ending

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On the way in."""
        return None if value is None else identifiers.seal(self.name, value, with_ending=self.with_ending)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """On the way out. Raises Unreadable for what does not open."""
        return None if value is None else identifiers.opened(self.name, value)


def _is_value(other: Any) -> bool:
    """Whether this is a value, now or (a parameter) when the statement runs, and not a part of a statement."""
    return isinstance(other, str | BindParameter)


def _raw(column: Any) -> ColumnElement[str]:
    """The column as it is kept."""
    return type_coerce(column, String())


def ends_in(column: Any, ending: str) -> ColumnElement[bool]:
    """Whether a value of this column ends in these characters, `identifiers.ENDING` of them at most.

    With fewer it finds nothing. Whoever has more reads what is found and keeps what fits.
    """
    starts = identifiers.starts(column.type.name, ending[-identifiers.ENDING :])
    return or_(*(_raw(column).startswith(start) for start in starts))


def is_left(column: Any) -> ColumnElement[bool]:
    """Whether a value of this column is kept otherwise than under the key that seals."""
    return (_raw(column) != "") & ~_raw(column).startswith(identifiers.under_first_key())
