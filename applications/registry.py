"""The door to other authorities' data (数据共享): one function, chosen by the setting REGISTRY_ADAPTER.

A real one is a function of the same shape: it asks within `SECONDS`, names the purpose (code of the case or draft) to
the other side, and puts no name and no number into what it raises.
"""

import hashlib
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 5  # an adapter's whole time; later is a fault
DEMO_SOURCE = "演示数据（不是真实的共享平台）"


class Fault(Exception):
    """The other side is down, slow, or refuses to answer."""


@dataclass(frozen=True)
class Question:
    """Does this person or organisation hold this paper? `purpose`: the code of the draft or case."""

    paper: str
    purpose: str
    name: str
    number: str


@dataclass(frozen=True)
class Answer:
    """`value`: what may be shown of the paper, such as its number and validity."""

    found: bool
    source: str
    value: str = ""


def available() -> bool:
    """Whether anything can be asked at all; without an adapter the page offers to send a copy."""
    return bool(settings.REGISTRY_ADAPTER)


def ask(question: Question) -> Answer:
    """Ask the configured register. Raises Fault."""
    if not available():
        raise Fault("no register is configured")
    return cast(Answer, import_string(settings.REGISTRY_ADAPTER)(question))


def demo(question: Question) -> Answer:
    """A register for demonstrations: made-up answers, the same each time. Eight in ten are found, one in ten not, and
    one in ten questions fails, so that every state can be seen.
    """
    digit = hashlib.sha256(f"{question.paper}|{question.name}".encode()).digest()[0] % 10
    if digit == 9:
        raise Fault("the demonstration's register is out of order for this paper")
    if digit == 8:
        return Answer(False, DEMO_SOURCE)
    return Answer(True, DEMO_SOURCE, f"{question.paper}：有效")
