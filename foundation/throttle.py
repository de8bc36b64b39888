"""Slows down guessing of short secrets: failures are counted per key, and beyond the free ones the next try must wait.

No hard lock: the wait doubles with every further failure up to a bound. A try is charged before the secret is looked at
and given back when it was right, so a hundred tries at once gain nothing.

Counters live in Redis; while Redis is away each process counts for itself, because "unlimited" is no fallback.
"""

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 3600
REDIS_TIMEOUT_SECONDS = 0.5
LARGEST_LOCAL_TABLE = 10_000


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
# KEYS: the counter that is wiped, then those that get one try back.
REFUND_SCRIPT = """
redis.call('DEL', KEYS[1])
for i = 2, #KEYS do
  local failures = tonumber(redis.call('HGET', KEYS[i], 'failures') or '0')
  if failures > 1 then redis.call('HINCRBY', KEYS[i], 'failures', -1); redis.call('HDEL', KEYS[i], 'not_before')
  else redis.call('DEL', KEYS[i]) end
end
"""


def charge(bounds: dict[str, Bound]) -> int:
    """Counts one try as failed on every key and returns 0, or the seconds to wait (at least 1), counting nothing.

    Call `refund` when the secret was right.
    """
    now = time.time()
    arguments: list[float] = [now, REMEMBERED_SECONDS]
    for bound in bounds.values():
        arguments += [bound.free, bound.first, bound.longest]
    try:
        wait = float(client(settings.REDIS_URL).eval(CHARGE_SCRIPT, len(bounds), *bounds, *arguments))
    except redis.RedisError as error:
        logger.warning("throttle: Redis is away, counting in this process (%s)", type(error).__name__)
        wait = local.charge(bounds, now)
    return int(wait) + 1 if wait > 0 else 0


def refund(wiped: str, *given_back: str) -> None:
    """The secret was right: failures of the first key are forgotten, the others get their one try back."""
    local.refund(wiped, *given_back)
    try:
        client(settings.REDIS_URL).eval(REFUND_SCRIPT, 1 + len(given_back), wiped, *given_back)
    except redis.RedisError as error:
        logger.warning("throttle: Redis is away, refunded in this process (%s)", type(error).__name__)


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

    def refund(self, wiped: str, *given_back: str) -> None:
        with self._lock:
            self._rows.pop(wiped, None)
            for key in given_back:
                failures, _, forgotten_at = self._rows.pop(key, (0, 0.0, 0.0))
                if failures > 1:
                    self._rows[key] = (failures - 1, 0.0, forgotten_at)

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()


local = LocalCounters()


@lru_cache(maxsize=4)
def client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=REDIS_TIMEOUT_SECONDS, socket_connect_timeout=REDIS_TIMEOUT_SECONDS)
