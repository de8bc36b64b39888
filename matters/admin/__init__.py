"""The catalogue administrator's pages. Saving changes a draft only; people see it when a revision is published."""

from matters.admin import (
    candidates,
    dictionaries,
    exchange,
    law,
    matter,
    misses,
    release,
    revision,
    sayings,
    standards,
    whatif,
)

__all__ = [
    "candidates",
    "dictionaries",
    "exchange",
    "law",
    "matter",
    "misses",
    "release",
    "revision",
    "sayings",
    "standards",
    "whatif",
]
