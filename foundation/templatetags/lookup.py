"""{{ mapping|of:key }}: one entry of a mapping, empty when it is not there."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")
