"""Pure: what a file changes, row by row and field by field, as people read it; and what becomes of the plans."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from matters.compiling import compile_plan
from matters.exchange.flat import Flat
from matters.exchange.sheets import OF_KIND, Column, Sheet, parts_of
from matters.exchange.taken import Key, Taken
from matters.figures import Figures, figures
from matters.plan import Plan, StepsInCircle
from matters.source.checking import Catalogue
from matters.specs import Json, plan_hash
from matters.wording import plan_changes

ADDED, CHANGED, REMOVED = "新增", "修改", "去掉"
NAMED = {"material": ("material", "name"), "field": ("field", "label"), "item": ("item", "name")}
FIGURES = (
    ("环节", "steps", "个"),
    ("各部门分别要的材料", "asked", "份"),
    ("合并后的材料", "merged", "份"),
    ("表单", "fields", "栏"),
    ("串联", "series_days", "个工作日"),
    ("并联", "parallel_days", "个工作日"),
    ("承诺", "promised_days", "个工作日"),
)


@dataclass(frozen=True)
class Change:
    """One row of one sheet. `fields`: heading, old text, new text; `of`: whose part it is."""

    sheet: str
    row: int
    act: str
    code: str
    name: str
    of: str = ""
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PlanChange:
    """What becomes of a matter's draft. `figures`: name, before, after; `fault`: why it cannot be compiled."""

    code: str
    name: str
    sentences: list[str]
    figures: list[tuple[str, str, str]]
    fault: str = ""


def row_changes(taken: Taken, before: Catalogue, after: Catalogue, positions: Mapping[str, int]) -> list[Json]:
    """Every changed row, in the order of the sheets."""
    found = [change for key in taken.rows for change in _of_row(key, taken, before, after, positions)]
    order = [sheet.title for kind in OF_KIND for sheet in (OF_KIND[kind], *parts_of(kind))]
    return [asdict(change) for change in sorted(found, key=lambda change: (order.index(change.sheet), change.row))]


def _of_row(
    key: Key, taken: Taken, before: Catalogue, after: Catalogue, positions: Mapping[str, int]
) -> Iterator[Change]:
    kind, code = key
    new, old = taken.rows[key], before.rows[kind].get(code)
    now = {**positions, **taken.positions}
    name = str(new.get("name") or new.get("label"))
    row = taken.spots[key].row if key in taken.spots else 0
    sheet = OF_KIND[kind]
    fields = _fields(sheet, next(sheet.flatten(old, positions)) if old else {}, next(sheet.flatten(new, now)))
    if fields:
        yield Change(sheet.title, row, CHANGED if old else ADDED, code, name, fields=fields)
    for part in parts_of(kind):
        yield from _of_parts(part, key, name, taken, old, new, after)


def _of_parts(
    sheet: Sheet,
    key: Key,
    name: str,
    taken: Taken,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    all_: Catalogue,
) -> Iterator[Change]:
    held = {sheet.key_of(flat): flat for flat in sheet.flatten(old, {})} if old else {}
    wanted = {sheet.key_of(flat): flat for flat in sheet.flatten(new, {})}
    for part, flat in wanted.items():
        fields = _fields(sheet, held.get(part, {}), flat)
        if fields or part not in held:
            act = CHANGED if part in held else ADDED
            yield Change(
                sheet.title, _row(taken, key, sheet, part), act, "/".join(part[1:]), _name(flat, all_), name, fields
            )
    for part, flat in held.items():
        if part not in wanted:
            yield Change(sheet.title, 0, REMOVED, "/".join(part[1:]), _name(flat, all_), name)
    kept = [part for part in wanted if part in held]
    if kept != [part for part in held if part in wanted]:
        yield Change(sheet.title, 0, CHANGED, key[1], name, fields=[("顺序", "", "先后顺序有变")])


def _row(taken: Taken, key: Key, sheet: Sheet, part: tuple[Any, ...]) -> int:
    spots = taken.part_spots.get((*key, part[1]), [])
    return next((spot.row for spot in spots if spot.sheet == sheet.title), 0)


def _name(flat: Flat, catalogue: Catalogue) -> str:
    for key, (kind, name) in NAMED.items():
        if flat.get(key) in catalogue.rows[kind]:
            return str(catalogue.rows[kind][flat[key]][name])
    return str(flat.get("label", ""))


def _fields(sheet: Sheet, old: Flat, new: Flat) -> list[tuple[str, str, str]]:
    """(heading, old, new) of the columns that differ. Of a new row, the columns that say something."""
    found = []
    for column in sheet.typed:
        if column.key in sheet.keys or (sheet.part and column.key == "position"):
            continue  # told by what the change is called, and by the order as a whole
        was, now = _shown(column, old), _shown(column, new)
        if was != now:
            found.append((column.heading, was, now))
    return found


def _shown(column: Column, flat: Flat) -> str:
    written = column.cell.write(flat[column.key]) if column.key in flat else None
    return "" if written is None else str(written)


def plans_changed(before: Catalogue, after: Catalogue, faults: Mapping[str, list[Any]]) -> list[Json]:
    """The matters whose drafts become another plan, in words and figures. `faults`: of the matters that have some."""
    found = []
    for code, row in after.rows["matter"].items():
        if code in faults:
            text = "；".join(str(fault) for fault in faults[code])
            if before.rows["matter"].get(code) != row:
                found.append(PlanChange(code, row["name"], [], [], text))
            continue
        new, old = compile_plan(row, after.dictionaries), _plan(before, code)
        if old is None or plan_hash(old) != plan_hash(new):
            sentences = (
                plan_changes(old, new)
                if old
                else ["新的一件事" if code not in before.rows["matter"] else "现在内容完整了"]
            )
            found.append(PlanChange(code, row["name"], sentences, _compared(old, new)))
    return [asdict(change) for change in found]


def _plan(catalogue: Catalogue, code: str) -> Json | None:
    """The plan of the draft as it was, None when it could not be compiled."""
    if code not in catalogue.rows["matter"]:
        return None
    try:
        return compile_plan(catalogue.rows["matter"][code], catalogue.dictionaries)
    except (KeyError, TypeError):
        return None


def _compared(old: Json | None, new: Json) -> list[tuple[str, str, str]]:
    was, now = _figures(old), _figures(new)
    if now is None:
        return []
    rows = [("部门", f"{len(was.departments)} 个" if was else "", f"{len(now.departments)} 个")]
    for name, key, unit in FIGURES:
        rows.append((name, f"{getattr(was, key)} {unit}" if was else "", f"{getattr(now, key)} {unit}"))
    return [row for row in rows if row[1] != row[2]]


def _figures(plan: Json | None) -> Figures | None:
    try:
        return figures(Plan.from_json(plan)) if plan else None
    except StepsInCircle:
        return None
