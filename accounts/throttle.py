"""Slows down guessing of passwords: failures are counted by name and by address, apart from each other.

No hard lock: after a few free tries each further failure makes the next try wait longer, up to a bound. By name the
bound is short, so that a stranger who keeps failing cannot keep the owner out for long; by address it is long. A try is
charged before the password is looked at and given back when it was right, so a hundred tries at once gain nothing. The
address of a hall, shared by many people, gets more free tries (settings.SIGN_IN_SHARED_ADDRESSES).

Counters live in Redis; while Redis is away each process counts for itself, because "unlimited" is no fallback.
"""

import ipaddress
import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import redis
from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 3600
REDIS_TIMEOUT_SECONDS = 0.5
LARGEST_LOCAL_TABLE = 10_000
UNKNOWN_ADDRESS = "unknown"


@dataclass(frozen=True)
class Bound:
    """So many free failures, then a wait of `first` seconds, doubled with each further one, at most `longest`."""

    free: int
    first: int
    longest: int

    def wait_after(self, failures: int) -> int:
        """Seconds until the next try after so many failures; 0 while tries are free."""
        beyond = failures - self.free
        return 0 if beyond <= 0 else min(self.longest, self.first * 2 ** min(beyond - 1, 20))


BY_NAME = Bound(free=5, first=2, longest=60)
BY_ADDRESS = Bound(free=20, first=5, longest=900)
BY_SHARED_ADDRESS = Bound(free=200, first=5, longest=300)

# Redis keeps per key the failures and the time before which no further try is looked at; one script, so that two tries
# at the same moment see each other. KEYS: counters. ARGV: now, seconds remembered, then free, first, longest per key.
CHARGE_SCRIPT = """
local now = tonumber(ARGV[1])
local wait = 0
for i = 1, #KEYS do
  local not_before = tonumber(redis.call('HGET', KEYS[i], 'not_before') or '0')
  if not_before - now > wait then wait = not_before - now end
end
if wait > 0 then return tostring(wait) end
for i = 1, #KEYS do
  local failures = redis.call('HINCRBY', KEYS[i], 'failures', 1)
  local beyond = failures - tonumber(ARGV[3 * i])
  if beyond > 0 then
    local delay = tonumber(ARGV[3 * i + 1]) * 2 ^ math.min(beyond - 1, 20)
    redis.call('HSET', KEYS[i], 'not_before', now + math.min(delay, tonumber(ARGV[3 * i + 2])))
  end
  redis.call('EXPIRE', KEYS[i], ARGV[2])
end
return '0'
"""
# KEYS: the name's counter, the address's. A right password wipes the first and takes one off the second.
REFUND_SCRIPT = """
redis.call('DEL', KEYS[1])
local failures = tonumber(redis.call('HGET', KEYS[2], 'failures') or '0')
if failures > 1 then redis.call('HINCRBY', KEYS[2], 'failures', -1); redis.call('HDEL', KEYS[2], 'not_before')
else redis.call('DEL', KEYS[2]) end
"""


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
    bounds = {
        charged.name_key: BY_NAME,
        charged.address_key: BY_SHARED_ADDRESS if _is_shared(address) else BY_ADDRESS,
    }
    now = time.time()
    arguments = [now, REMEMBERED_SECONDS]
    for bound in bounds.values():
        arguments += [bound.free, bound.first, bound.longest]
    try:
        wait = float(_client(settings.REDIS_URL).eval(CHARGE_SCRIPT, len(bounds), *bounds, *arguments))
    except redis.RedisError as error:
        logger.warning("sign-in counters: Redis is away, counting in this process (%s)", type(error).__name__)
        wait = _local.charge(bounds, now)
    return Wait(seconds=int(wait) + 1) if wait > 0 else charged


def refund(charged: Charged) -> None:
    """The password was right: the name's failures are forgotten, the address gets its try back."""
    _local.refund(charged)
    try:
        _client(settings.REDIS_URL).eval(REFUND_SCRIPT, 2, charged.name_key, charged.address_key)
    except redis.RedisError as error:
        logger.warning("sign-in counters: Redis is away, refunded in this process (%s)", type(error).__name__)


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


class LocalCounters:
    """The counters of one process, for the time without Redis. Bounded: the oldest fall out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, tuple[int, float, float]] = OrderedDict()  # failures, not before, forgotten at

    def charge(self, bounds: dict[str, Bound], now: float) -> float:
        """Seconds to wait, or 0 after counting one failure on each key."""
        with self._lock:
            rows = {key: self._rows.get(key, (0, 0.0, 0.0)) for key in bounds}
            rows = {key: row if row[2] > now else (0, 0.0, 0.0) for key, row in rows.items()}
            wait = max(not_before - now for _, not_before, _ in rows.values())
            if wait > 0:
                return wait
            for key, bound in bounds.items():
                failures = rows[key][0] + 1
                self._rows[key] = (failures, now + bound.wait_after(failures), now + REMEMBERED_SECONDS)
                self._rows.move_to_end(key)
            while len(self._rows) > LARGEST_LOCAL_TABLE:
                self._rows.popitem(last=False)
            return 0

    def refund(self, charged: Charged) -> None:
        with self._lock:
            self._rows.pop(charged.name_key, None)
            failures, _, forgotten_at = self._rows.pop(charged.address_key, (0, 0.0, 0.0))
            if failures > 1:
                self._rows[charged.address_key] = (failures - 1, 0.0, forgotten_at)

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()


_local = LocalCounters()


def _key(kind: str, value: str) -> str:
    # Hashed: what people type as a name may be an identity number, and Redis is no place for one.
    return f"sign-in:{kind}:{sha256(value.encode()).hexdigest()[:32]}"


def _is_shared(address: str) -> bool:
    return address in settings.SIGN_IN_SHARED_ADDRESSES


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=REDIS_TIMEOUT_SECONDS, socket_connect_timeout=REDIS_TIMEOUT_SECONDS)
