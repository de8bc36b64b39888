"""属地: which town an address names. Pure. The department of township level is a role; the case's address fills it with
one town of the county.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from matters.specs import FieldSpec, ItemSpec


def town_named(addresses: Iterable[str], towns: Mapping[str, str]) -> str:
    """The code of the town that the first telling address names; empty where none names exactly one.

    `towns`: code → full name (新安镇). The name in full is asked for: 新安 alone is also a road, a school, a market.
    An address with two names leaves the choice to the next address, and at last to the window.
    """
    for address in addresses:
        named = [code for code, name in towns.items() if name in address]
        if len(named) == 1:
            return named[0]
    return ""


def addresses_of(item: ItemSpec, fields: Mapping[str, FieldSpec], form: Mapping[str, Any]) -> list[str]:
    """What was typed into the item's own fields of type address, in the order in which the item asks for them."""
    typed = [form.get(code) for code in item.fields if code in fields and fields[code].type == "address"]
    return [value for value in typed if isinstance(value, str) and value.strip()]
