"""How long the guide takes: `pytest tests/benchmarks/test_guide_speed.py -rP` prints it.

CPU time of this process, so that a busy machine changes nothing; the database's share stands in the elapsed time.
"""

import statistics
import sys
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalogue import put_county_catalogue

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ADDRESSES = (
    "/matters/open-restaurant/",
    "/matters/open-restaurant/?scale=large&sewer=town&signboard=street",
    "/matters/build-factory/",
    "/matters/get-married/",
    "/matters/open-restaurant/notice.pdf?scale=large&sewer=town&signboard=street",
)
# A page without a plan, rendered in the same run: the machine may be slow or busy, the ratio stays.
PLAIN = "/privacy/"
ROUNDS, TIMES = 40, 8


def test_guide_pages_from_the_published_plan(client: Client) -> None:
    """Warm: a median of so many times a plain page, and at most five queries; the first reader of a set of answers pays for the others."""
    put_county_catalogue()
    plain = statistics.median(_timed(client, PLAIN)[0] for _ in range(ROUNDS))
    sys.stdout.write(f"{PLAIN}: median {plain:.1f} ms of CPU, the measure of this machine\n")
    slow = []
    for address in ADDRESSES:
        first, _ = _timed(client, address)
        runs = [_timed(client, address) for _ in range(ROUNDS)]
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        cpu, elapsed = (statistics.median(run[which] for run in runs) for which in (0, 1))
        sys.stdout.write(
            f"{address}: first {first:.0f} ms, then median {cpu:.1f} ms of CPU, {elapsed:.1f} ms elapsed, "
            f"{len(asked)} queries\n"
        )
        if cpu >= TIMES * plain or len(asked) > 5:
            slow.append(address)
    assert slow == []


def _timed(client: Client, address: str) -> tuple[float, float]:
    """Milliseconds of CPU and elapsed."""
    cpu, started = time.process_time(), time.perf_counter()
    assert client.get(address).status_code == 200
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - started) * 1000
