"""Slows down guessing of passwords: failures are counted by name and by address, apart from each other.

How counting works stands in `foundation.throttle`. By name the bound is short, so that a stranger who keeps failing
cannot keep the owner out for long; by address it is long. The address of a hall, shared by many people, gets more free
tries (settings.SIGN_IN_SHARED_ADDRESSES).
"""

import ipaddress
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest

from foundation import throttle
from foundation.throttle import Bound

UNKNOWN_ADDRESS = "unknown"

BY_NAME = Bound(free=5, first=2, longest=60)
BY_ADDRESS = Bound(free=20, first=5, longest=900)
BY_SHARED_ADDRESS = Bound(free=200, first=5, longest=300)


@dataclass(frozen=True)
class Charged:
    """A try that may go on, for `refund`."""

    name_key: str
    address_key: str


@dataclass(frozen=True)
class Wait:
    """A try that came too early: seconds until the next one is looked at, at least 1."""

    seconds: int


def charge(name: str, address: str) -> Charged | Wait:
    """Counts a try of this name from this address as failed, or says how long to wait.

    Call `refund` when the password was right.
    """
    charged = Charged(name_key=_key("name", name.strip().casefold()), address_key=_key("address", address))
    by_address = BY_SHARED_ADDRESS if _is_shared(address) else BY_ADDRESS
    wait = throttle.charge({charged.name_key: BY_NAME, charged.address_key: by_address})
    return Wait(seconds=wait) if wait else charged


def refund(charged: Charged) -> None:
    """The password was right: the name's failures are forgotten, the address gets its try back."""
    throttle.refund(charged.name_key, charged.address_key)


def client_address(request: HttpRequest) -> str:
    """The address a request came from; of IPv6 the /64, which one household can change within as it likes.

    Behind `settings.TRUSTED_PROXY_COUNT` proxies of our own it is the entry that the outermost of them wrote into
    X-Forwarded-For; whatever the client wrote in front of it counts for nothing.
    """
    text = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if count and len(forwarded) >= count:
        text = forwarded[-count]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN_ADDRESS
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _key(kind: str, value: str) -> str:
    # Hashed: what people type as a name may be an identity number, and Redis is no place for one.
    return f"sign-in:{kind}:{sha256(value.encode()).hexdigest()[:32]}"


def _is_shared(address: str) -> bool:
    return address in settings.SIGN_IN_SHARED_ADDRESSES
