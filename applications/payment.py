"""The door to the county's payment system (非税缴费): one function, chosen by the setting PAYMENT_ADAPTER.

A real one is a function of the same shape. It takes the money of one `reference` once, however often it is asked, within
`SECONDS`, and puts no name and no number of a person into what it raises. Without one, the window types the number of
the receipt.
"""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 10  # an adapter's whole time; later is a fault
DEMO_SOURCE = "演示缴费（没有真的扣钱）"
DEMO_FAILS = 44  # fen: an amount that ends in .44 finds the demonstration's system out of order


class Fault(Exception):
    """The other side is down, slow, or refuses to answer; whether the money was taken is not known."""


@dataclass(frozen=True)
class Bill:
    """`reference` names the payment to the other side; `amount` in fen; `items` are names of items."""

    reference: str
    amount: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """The number of the electronic receipt, and who gave it."""

    number: str
    source: str


def available() -> bool:
    """Whether anything can be paid online; without an adapter the page sends to the window."""
    return bool(settings.PAYMENT_ADAPTER)


def collect(bill: Bill) -> Receipt:
    """Takes the money, or answers what was taken before under this reference. Raises Fault."""
    if not available():
        raise Fault("no payment system is configured")
    return cast(Receipt, import_string(settings.PAYMENT_ADAPTER)(bill))


def demo(bill: Bill) -> Receipt:
    """For demonstrations: takes nothing, gives the same made-up receipt each time; amounts that end in .44 fail."""
    if bill.amount % 100 == DEMO_FAILS:
        raise Fault("the demonstration's payment system is out of order for this amount")
    return Receipt(f"YS{bill.reference.replace('-', '')[:12].upper()}", DEMO_SOURCE)
