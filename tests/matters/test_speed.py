"""`make bench`: the server's time for the pages that people wait for, each from published plans alone, at the median.

What is promised: guide and search under 15 ms, as one types under 30 ms, on an idle machine. Both the time by the clock
and the time this process worked are printed; the second is held to the promise, because it is the same on a busy machine.
"""

import time
from statistics import median

import pytest
from django.test import Client

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loaded")]
ROUNDS = 40
BOUND_MS = 30
HTMX = {"HX-Request": "true"}
SENTENCE = "我家老太太今年八十六了听人说国家每个月给发点钱要到哪里办"
PAGES = {
    "guide": ("/matters/open-restaurant/", {}),
    "guide, all answered": ("/matters/open-restaurant/?scale=large&sewer=town&signboard=street", {}),
    "search": ("/search/?q=开饭店", {}),
    "search, a sentence": (f"/search/?q={SENTENCE}", {}),
    "search, pinyin": ("/search/?q=kaifandian", {}),
    "as one types": ("/search/?q=开饭", HTMX),
    "as one types, initials": ("/search/?q=kcg", HTMX),
    "browse": ("/matters/", {}),
    "api search": ("/api/v1/matters/?search=kcg", {}),
}


def test_the_pages_people_wait_for(client: Client) -> None:
    medians = {}
    for name, (address, headers) in PAGES.items():
        client.get(address, headers=headers)
        clock, worked = [], []
        for _ in range(ROUNDS):
            began, began_work = time.perf_counter(), time.process_time()
            assert client.get(address, headers=headers).status_code == 200
            worked.append((time.process_time() - began_work) * 1000)
            clock.append((time.perf_counter() - began) * 1000)
        medians[name] = median(worked)
        print(f"{name:24} {median(clock):6.1f} ms by the clock, {medians[name]:6.1f} ms of work")
    assert max(medians[name] for name in medians if name != "browse") < BOUND_MS, medians
