"""Where an entry of the dictionaries is used: which items ask for it, and of which matters those are steps."""

from typing import NamedTuple

from matters.models import Item, Matter


class Usage(NamedTuple):
    """(code, name) of the items and of the matters, in the order people know them."""

    items: tuple[tuple[str, str], ...]
    matters: tuple[tuple[str, str], ...]


def usage_of(kind: str, code: str) -> Usage:
    """Where the item, material or field of this code is used now, published or not. Two queries at most.

    `kind`: item, material, field. An item is used by matters alone.
    """
    asked_by = {"material": "asks__material", "field": "item_fields__field", "item": "code"}[kind]
    items = Item.objects.filter(**{asked_by: code}).order_by("department", "code").values_list("code", "name")
    matters = Matter.objects.filter(steps__item__in=items.values("code")).distinct().order_by("number")
    return Usage(() if kind == "item" else tuple(items), tuple(matters.values_list("code", "name")))
