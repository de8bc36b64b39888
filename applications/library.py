"""The door to the province's case library (省办件库): one function, chosen by the setting LIBRARY_ADAPTER.

A real one is a function of the same shape. It takes a record of the same case again in place of the one before, answers
within `SECONDS` for all of them, and puts no name and no number of a person into what it raises.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 30  # an adapter's whole time for one batch; later is a fault
DEMO_SOURCE = "演示办件库（没有真的上报）"

Record = Mapping[str, Any]


class Fault(Exception):
    """The other side is down, slow, or refuses to answer."""


@dataclass(frozen=True)
class Answer:
    """Case number → the library's own number, or → why it was given back. A case in neither was not looked at."""

    source: str
    taken: Mapping[str, str] = field(default_factory=dict)
    given_back: Mapping[str, str] = field(default_factory=dict)


def available() -> bool:
    """Whether there is a library to send to; without one the records are only checked."""
    return bool(settings.LIBRARY_ADAPTER)


def is_demo() -> bool:
    """Whether nothing is really sent."""
    return f"{__name__}.{demo.__name__}" == settings.LIBRARY_ADAPTER


def send(records: Sequence[Record]) -> Answer:
    """Send the records of one batch. Raises Fault."""
    if not available():
        raise Fault("no library is configured")
    return cast(Answer, import_string(settings.LIBRARY_ADAPTER)(records))


def demo(records: Sequence[Record]) -> Answer:
    """For demonstrations: sends nothing; of ten cases it gives one back, always the same one."""
    given_back, taken = {}, {}
    for record in records:
        digit = hashlib.sha256(record["number"].encode()).digest()[0] % 10
        if digit == 9:
            given_back[record["number"]] = "演示退回：事项编码没有在省目录里登记"
        else:
            taken[record["number"]] = f"YS-{record['number']}"
    return Answer(DEMO_SOURCE, taken, given_back)
