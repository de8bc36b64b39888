"""Where an entry of the dictionaries is used: by edited rows, by the revisions that people read, by running cases."""

from typing import NamedTuple

from django.db.models import Q

from matters.models import Item, Material, Matter, Revision

Named = tuple[tuple[str, str], ...]
NAMED = 5  # of so many a sentence tells the names


class Usage(NamedTuple):
    """(code, name) of the items and of the matters, in the order people know them."""

    items: Named
    matters: Named


class Published(NamedTuple):
    """How many revisions in force hold an entry, and how many running cases stand on one that does, in force or not."""

    revisions: int
    running: int


def usage_of(kind: str, code: str) -> Usage:
    """Where the item, material or field of this code is used now, published or not. Two queries at most.

    `kind`: item, material, field. An item is used by matters alone.
    """
    asked_by = {"material": "asks__material", "field": "item_fields__field", "item": "code"}[kind]
    items = Item.objects.filter(**{asked_by: code}).order_by("department", "code").values_list("code", "name")
    matters = Matter.objects.filter(steps__item__in=items.values("code")).distinct().order_by("number")
    return Usage(() if kind == "item" else tuple(items), tuple(matters.values_list("code", "name")))


def published_with(kind: str, code: str) -> Published:
    """One query, which looks into plans: some 50 ms for a hundred matters, so only where one row is shown."""
    holding = Revision.objects.filter(**{f"plan__{kind}s__contains": [{"code": code}]}).with_running()
    shown = holding.annotate(live=Q(pk__in=Revision.objects.live().values("pk")))
    rows = shown.filter(Q(live=True) | Q(running__gt=0)).values_list("live", "running")
    return Published(sum(live for live, _ in rows), sum(running for _, running in rows))


def why_kept(kind: str, code: str, name: str) -> str:
    """A sentence that says where a row is used and so why it cannot be deleted; empty when nothing uses it."""
    used = usage_of(kind, code)
    places = [("用在", "个事项里", used.items), ("用在", "件事里", used.matters if kind == "item" else ())]
    if kind != "material":
        paper = {"item": "result_of", "field": "prints"}[kind]
        papers = tuple(Material.objects.filter(**{paper: code}).values_list("code", "name"))
        places.append(("办出", "份材料", papers) if kind == "item" else ("印在", "份材料上", papers))
    told = [f"{verb} {len(rows)} {unit}（{_listed(rows)}）" for verb, unit, rows in places if rows]
    return f"“{name}”还不能删：{'，'.join(told)}。先从那里去掉，再来删。" if told else ""


def _listed(rows: Named) -> str:
    names = "、".join(name for _, name in rows[:NAMED])
    return f"{names} 等" if len(rows) > NAMED else names
