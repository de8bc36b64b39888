"""Numbers without gaps: taken inside the caller's transaction, given back when that rolls back."""

from django.db import connection

TAKE = """
    INSERT INTO numbers_counter (scope, value) VALUES (%s, 1)
    ON CONFLICT (scope) DO UPDATE SET value = numbers_counter.value + 1
    RETURNING value
"""


def take(scope: str) -> int:
    """The next number of `scope`, beginning with 1, in one statement.

    The row stays locked until the caller commits, so numbers rise without a gap and takers of one scope queue up.
    Take it last: the lock order is case, tasks, counters.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("take() belongs inside the transaction that uses the number")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [scope])
        (value,) = cursor.fetchone()
    return int(value)
