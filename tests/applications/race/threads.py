"""Run the same act from many threads at the same instant, each with its own database connection."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

WAIT = 60  # seconds until a hanging thread fails the test


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all acts behind one barrier; the result of each, or the exception it raised, in order."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(WAIT)
            results[place] = act()
        except Exception as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act), daemon=True) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive(), "a thread hangs: deadlock"
    return results


def wins(results: Sequence[Any]) -> list[Any]:
    """What did not fail."""
    return [result for result in results if not isinstance(result, Exception)]


def losses(results: Sequence[Any]) -> set[str]:
    """Names of the exceptions of what failed."""
    return {type(result).__name__ for result in results if isinstance(result, Exception)}
