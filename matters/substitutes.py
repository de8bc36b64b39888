"""Pure: which government papers of a matter data could stand in for (可用数据代替的材料), and what is missing where not.

A paper can be replaced when every field printed on it has a source department (数源部门) that can be asked instead.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from matters.compiling import Dictionaries

Row = Mapping[str, Any]


class Substitute(NamedTuple):
    """A paper that the matter asks for and a department issued. `draft`: what it rests on is 待部门确认.

    `items` ask for it, by name.
    """

    code: str
    name: str
    issuer: str
    replaceable: bool
    reason: str
    draft: bool
    items: tuple[str, ...]


def substitutes(matter: Row, dictionaries: Dictionaries) -> tuple[Substitute, ...]:
    """Every paper issued by a department that the matter's items ask for, those that data can replace first.

    Items and materials that the dictionaries lack are passed over: the checks of the draft tell of them.
    """
    items = [dictionaries.items[step["item"]] for step in matter["steps"] if step["item"] in dictionaries.items]
    askers: dict[str, list[str]] = {}
    for item in items:
        for ask in item["materials"]:
            if dictionaries.materials.get(ask["material"], {}).get("provided_by") == "government":
                askers.setdefault(ask["material"], []).append(item["name"])
    found = [_judged(dictionaries.materials[code], tuple(names), dictionaries) for code, names in askers.items()]
    return tuple(sorted(found, key=lambda one: not one.replaceable))


def _judged(paper: Row, items: tuple[str, ...], known: Dictionaries) -> Substitute:
    fields = [known.fields[code] for code in paper.get("prints") or [] if code in known.fields]
    lacking = [field["label"] for field in fields if not field.get("source")]
    drafted = bool(paper.get("prints_draft") or any(field.get("source_draft") for field in fields))
    if fields and not lacking:
        by_source: dict[str, list[str]] = {}
        for field in fields:
            by_source.setdefault(_department(field["source"], known), []).append(field["label"])
        told = "；".join(f"{'、'.join(labels)}可以向{source}查" for source, labels in by_source.items())
    elif lacking:
        told = f"{'、'.join(lacking)}还没有数源部门"
    else:
        told = "还没有写上面印着哪些字段"
    whole, exempt = bool(fields) and not lacking, bool(paper["exempt"])
    reason = f"已经免提交。{told}" if exempt else told
    issuer = _department(paper.get("issuer"), known)
    return Substitute(paper["code"], paper["name"], issuer, whole or exempt, reason, drafted and whole, items)


def _department(code: str | None, known: Dictionaries) -> str:
    return str(known.departments.get(code or "", {}).get("short_name") or code or "")
