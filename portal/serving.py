"""Settings of gunicorn that are code: what every web process does before it answers.

Workers are forked from a process that has loaded the portal and opened nothing; what is built here belongs to each.
"""

import threading
from typing import Any


def post_worker_init(worker: Any) -> None:
    """The search index is built beside the first requests, so that nobody waits for it; commands never build it."""
    from matters.search import warm

    threading.Thread(target=warm, name="warm-search", daemon=True).start()
