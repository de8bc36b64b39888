"""Pure: is a catalogue, as rows in the form of the source files, whole and sound? Every fault is listed, in Chinese.

Used on the files before loading and on the edited rows before publishing, so that both obey one set of rules.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matters.compiling import Dictionaries
from matters.laws import repealed_in
from matters.source import shapes
from matters.source.matter_rules import matter_faults, point_faults
from matters.source.reading import Fault, Source, SourceRow, every_row
from matters.source.telling import told
from matters.standards import Standard, unfounded

Row = dict[str, Any]
SHAPES = {
    "department": shapes.DEPARTMENT,
    "town": shapes.TOWN,
    "material": shapes.MATERIAL,
    "field": shapes.FIELD,
    "item": shapes.ITEM,
    "matter": shapes.MATTER,
}
PREFILL = re.compile(r"profile\.[a-z_]+|result\.(?P<item>[a-z0-9-]+)\.number")


@dataclass
class Catalogue:
    """A catalogue's rows by kind and code, in source order, and the file each comes from.

    `known` also names the codes of rows that have faults of their own, so that one mistake is told once. `repealed`:
    laws that are no longer in force, with the day they ended; `standards`: item -> lists above the county that were
    recorded for it. Source files know neither.
    """

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {kind: {} for kind in SHAPES})
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in SHAPES})
    repealed: Mapping[str, date] = field(default_factory=dict)
    standards: Mapping[str, Sequence[Standard]] = field(default_factory=dict)

    def add(self, kind: str, row: Row, file: str = "") -> None:
        self.rows[kind][row["code"]] = row
        self.known[kind].add(row["code"])
        self.files[kind, row["code"]] = file

    @property
    def dictionaries(self) -> Dictionaries:
        rows = self.rows
        return Dictionaries(rows["department"], rows["material"], rows["field"], rows["item"])


def check_source(source: Source) -> tuple[Catalogue, list[Fault]]:
    """The rows that can be used, and every fault of the whole. Load nothing unless there is no fault.

    While a file cannot be read, what refers to its rows is not looked at: they may well be there.
    """
    catalogue = Catalogue()
    faults = [fault for kind, row in every_row(source) for fault in _take(catalogue, kind, row)]
    return catalogue, faults + (check_catalogue(catalogue) if source.whole else [])


def check_catalogue(catalogue: Catalogue) -> list[Fault]:
    """Every fault between rows that each have the right shape."""
    faults = [
        Fault(catalogue.files.get((kind, code), ""), kind, code, text)
        for kind, code, text in (
            *_department_faults(catalogue),
            *_material_faults(catalogue),
            *_field_faults(catalogue),
            *_item_faults(catalogue),
            *_unused_items(catalogue),
            *_number_faults(catalogue),
        )
    ]
    bad_items = _bad_items(catalogue, {(fault.kind, fault.code) for fault in faults})
    for code, matter in catalogue.rows["matter"].items():
        file = catalogue.files.get(("matter", code), "")
        texts = matter_faults(matter, catalogue.dictionaries, catalogue.known["item"], bad_items)
        faults += [Fault(file, "matter", code, text) for text in texts]
    return faults


def lint(catalogue: Catalogue, matter: str) -> list[Fault]:
    """The faults that keep one matter from being published: its own, and those of what it is composed of, by name."""
    rows = {**catalogue.rows, "matter": {matter: catalogue.rows["matter"][matter]}}
    # With this one alone: what other matters get wrong is not its fault, and an item may be used only here.
    return lint_all(Catalogue(rows, {}, catalogue.known, catalogue.repealed, catalogue.standards)).get(matter, [])


def lint_all(catalogue: Catalogue) -> dict[str, list[Fault]]:
    """`lint` for every matter that has faults, in one pass."""
    faults: dict[tuple[str, str], list[Fault]] = {}
    needed = {code: {("matter", code), *_parts(catalogue, row)} for code, row in catalogue.rows["matter"].items()}
    for kind, code in set().union(*needed.values()):
        if texts := list(SHAPES[kind](catalogue.rows[kind][code])):
            faults[kind, code] = [Fault("", kind, code, text) for text in texts]
    sound = Catalogue(
        {kind: {c: row for c, row in rows.items() if (kind, c) not in faults} for kind, rows in catalogue.rows.items()},
        {},
        catalogue.known,
        catalogue.repealed,
        catalogue.standards,
    )
    for fault in check_catalogue(sound):
        faults.setdefault((fault.kind, fault.code), []).append(fault)
    found = {code: sorted(f for part in parts for f in faults.get(part, ())) for code, parts in needed.items()}
    return {code: [told(fault, catalogue.rows) for fault in of_one] for code, of_one in found.items() if of_one}


def _parts(catalogue: Catalogue, matter: Row) -> Iterator[tuple[str, str]]:
    """The rows that a matter is composed of, each once or more."""
    for step in matter["steps"]:
        item = catalogue.rows["item"].get(step["item"])
        if item is not None:
            yield "item", item["code"]
            yield from (("material", ask["material"]) for ask in item["materials"])
            yield from (("field", code) for code in item["fields"])


def _bad_items(catalogue: Catalogue, faulty: set[tuple[str, str]]) -> set[str]:
    """Codes of items that cannot be compiled: themselves or something they are composed of is faulty or missing."""
    rows = catalogue.rows

    def sound(kind: str, code: str | None) -> bool:
        return code is None or (code in rows[kind] and (kind, code) not in faulty)

    materials = {code for code, row in rows["material"].items() if sound("material", code)}
    materials = {code for code in materials if sound("department", rows["material"][code]["issuer"])}
    departments = {code for code, row in rows["department"].items() if sound("department", code)}
    departments = {code for code in departments if sound("department", rows["department"][code]["parent"])}
    good = {
        code
        for code, row in rows["item"].items()
        if sound("item", code)
        and row["department"] in departments
        and all(ask["material"] in materials for ask in row["materials"])
        and all(sound("field", name) for name in row["fields"])
    }
    return catalogue.known["item"] - good


def _take(catalogue: Catalogue, kind: str, row: SourceRow) -> Iterator[Fault]:
    """Puts a row of the right shape into the catalogue; yields its faults otherwise."""
    code = row.data.get("code") if isinstance(row.data, dict) else None
    name = code if isinstance(code, str) else f"第 {row.place} 条"
    faults = [Fault(row.file, kind, name, text) for text in SHAPES[kind](row.data)]
    if isinstance(code, str) and code in catalogue.known[kind]:
        other = catalogue.files.get((kind, code), row.file)
        faults.append(Fault(row.file, kind, name, f"代码重复，{other} 里也有"))
    elif isinstance(code, str):
        catalogue.known[kind].add(code)
        catalogue.files[kind, code] = row.file
        if not faults:
            catalogue.add(kind, row.data, row.file)
    yield from faults


def twice(values: Iterable[str]) -> list[str]:
    """The values that stand more than once, each named once."""
    return [value for value, times in Counter(values).items() if times > 1]


Found = Iterator[tuple[str, str, str]]


def _department_faults(catalogue: Catalogue) -> Found:
    rows = catalogue.rows["department"]
    for code, row in rows.items():
        if row["parent"] and row["parent"] not in catalogue.known["department"]:
            yield "department", code, f"没有上级部门 {row['parent']}"
        trail, above = [code], row["parent"]
        while above in rows and above not in trail:
            trail.append(above)
            above = rows[above]["parent"]
        if above == code:
            yield "department", code, f"上级部门绕成了圈：{' → '.join([*trail, code])}"


def _material_faults(catalogue: Catalogue) -> Found:
    names: dict[str, str] = {}
    for code, row in catalogue.rows["material"].items():
        if row["name"] in names:
            yield "material", code, f"与 {names[row['name']]} 同名（{row['name']}）：一份材料只建一条，各事项共用"
        names.setdefault(row["name"], code)
        if row["provided_by"] == "government" and not row["issuer"]:
            yield "material", code, "由政府部门核发，却没有写核发部门 issuer"
        if row["issuer"] and row["issuer"] not in catalogue.known["department"]:
            yield "material", code, f"没有核发部门 {row['issuer']}"
        if row.get("result_of") and row["result_of"] not in catalogue.known["item"]:
            yield "material", code, f"没有事项 {row['result_of']}"
        printed = row.get("prints") or []
        unknown = [name for name in printed if name not in catalogue.known["field"]]
        yield from (("material", code, f"印着的字段里没有字段 {name}") for name in unknown)
        yield from (("material", code, f"印着的字段 {name} 列了两次") for name in twice(printed))


def _field_faults(catalogue: Catalogue) -> Found:
    for code, row in catalogue.rows["field"].items():
        choices = row.get("choices") or []
        if row["type"] in ("choice", "multichoice") and len(choices) < 2:
            yield "field", code, "单选、多选至少要有 2 个选项"
        for choice in twice(choice["code"] for choice in choices):
            yield "field", code, f"选项 {choice} 重复"
        least, most = row.get("min"), row.get("max")
        if least is not None and most is not None and least > most:
            yield "field", code, f"最小值 {least} 大于最大值 {most}"
        if row.get("prefill"):
            match = PREFILL.fullmatch(row["prefill"])
            if not match:
                yield "field", code, f"预填来源写成了“{row['prefill']}”，应当是 profile.<名称> 或 result.<事项>.number"
            elif match["item"] and match["item"] not in catalogue.known["item"]:
                yield "field", code, f"预填来源里没有事项 {match['item']}"
        if row.get("source") and row["source"] not in catalogue.known["department"]:
            yield "field", code, f"没有数源部门 {row['source']}"


def _item_faults(catalogue: Catalogue) -> Found:
    known: Mapping[str, set[str]] = catalogue.known
    codes: dict[str | None, str] = {}
    for code, row in catalogue.rows["item"].items():
        if row["department"] not in known["department"]:
            yield "item", code, f"没有部门 {row['department']}"
        for basis in row["legal_basis"]:
            if "《" not in basis:
                yield "item", code, f"法律依据要写明《…》：{basis}"
        own = (row.get("elements") or {}).get("code")
        if own and own in codes:
            yield "item", code, f"实施编码 {own} 已经用于 {codes[own]}，一个编码只给一个事项"
        codes.setdefault(own, code)
        yield from (("item", code, text) for text in repealed_in(row["legal_basis"], catalogue.repealed))
        above = catalogue.standards.get(code, ())
        beyond = unfounded(row, above, catalogue.rows["material"], catalogue.repealed)
        yield from (("item", code, text) for text in beyond)
        if row["promised_days"] > row["statutory_days"]:
            unit = "自然日" if (row.get("clock") or {}).get("unit") == "calendar" else "工作日"
            days = f"承诺 {row['promised_days']} 个{unit}，超过法定的 {row['statutory_days']} 个"
            yield "item", code, days
        asked = [ask["material"] for ask in row["materials"]]
        yield from (("item", code, f"没有材料 {name}") for name in asked if name not in known["material"])
        yield from (("item", code, f"材料 {name} 列了两次") for name in twice(asked))
        yield from (("item", code, f"没有字段 {name}") for name in row["fields"] if name not in known["field"])
        yield from (("item", code, f"字段 {name} 列了两次") for name in twice(row["fields"]))
        yield from (("item", code, text) for text in point_faults(row, catalogue.rows))


def _unused_items(catalogue: Catalogue) -> Found:
    if catalogue.known["matter"] - catalogue.rows["matter"].keys():
        return  # a matter that could not be read may use it
    used = {step["item"] for matter in catalogue.rows["matter"].values() for step in matter["steps"]}
    yield from (("item", code, "没有哪件事用到这个事项") for code in catalogue.rows["item"] if code not in used)


def _number_faults(catalogue: Catalogue) -> Found:
    numbers: dict[int, str] = {}
    for code, row in catalogue.rows["matter"].items():
        if row["number"] in numbers:
            yield "matter", code, f"编号 {row['number']} 与 {numbers[row['number']]} 重复"
        numbers.setdefault(row["number"], code)
