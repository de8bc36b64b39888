"""Lists page by page: a page begins after the last row of the one before it, so that a deep page costs what the first costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Cursor = tuple[Any, int]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `earlier` and `later` are the cursors of its neighbours, empty where there is none."""

    rows: list[Row]
    earlier: str
    later: str


def page_of(
    rows: QuerySet[Row], column: str, query: Mapping[str, str], size: int, *, newest_first: bool = False
) -> Page[Row]:
    """The page after the cursor `after` or before the cursor `before` of the query string. One query, however deep.

    `column`: a date, a moment (`…_at`) or `id` of each row, by which it stands, then by id. A cursor that cannot be read
    gives the first page.
    """
    back = _read(query.get("before", ""), column)
    forth = None if back else _read(query.get("after", ""), column)
    cursor = back or forth
    ascending = newest_first == (back is not None)
    if cursor is not None:
        rows = rows.filter(beyond(column, cursor, ascending))
    signs = "" if ascending else "-"
    order = [f"{signs}id"] if column == "id" else [f"{signs}{column}", f"{signs}id"]
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_earlier, has_later = (more, True) if back else (forth is not None, more)
    return Page(
        rows=found,
        earlier=_write(found[0], column) if found and has_earlier else "",
        later=_write(found[-1], column) if found and has_later else "",
    )


def beyond(column: str, cursor: Cursor, ascending: bool) -> Q:
    """Rows after the cursor. The first condition alone is implied, but lets the index start there."""
    value, pk = cursor
    if column == "id":
        return Q(id__gt=pk) if ascending else Q(id__lt=pk)
    if ascending:
        return Q(**{f"{column}__gte": value}) & (Q(**{f"{column}__gt": value}) | Q(id__gt=pk))
    return Q(**{f"{column}__lte": value}) & (Q(**{f"{column}__lt": value}) | Q(id__lt=pk))


def _write(row: Model, column: str) -> str:
    value: Any = row
    for part in column.split("__"):
        value = getattr(value, part)
    return f"{value.isoformat() if column != 'id' else ''}~{row.pk}"


def _read(text: str, column: str) -> Cursor | None:
    value, _, pk = text.rpartition("~")
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    if column == "id":
        return None, int(pk)
    try:
        moment = datetime.fromisoformat(value) if column.endswith("_at") else date.fromisoformat(value)
    except ValueError:
        return None
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return None
    return moment, int(pk)
