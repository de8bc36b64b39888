"""Numbers without gaps: taken inside the caller's transaction, given back when that rolls back."""

from django.db import connection

TAKE = """
    INSERT INTO numbers_counter (scope, value) VALUES (%s, %s)
    ON CONFLICT (scope) DO UPDATE SET value = numbers_counter.value + EXCLUDED.value
    RETURNING value
"""


def take(scope: str, count: int = 1) -> int:
    """The next number of `scope`, beginning with 1, in one statement; the last of `count` numbers in a row.

    The row stays locked until the caller commits, so numbers rise without a gap and takers of one scope queue up.
    Take it last: the lock order is case, tasks, counters.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("take() belongs inside the transaction that uses the number")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [scope, count])
        (value,) = cursor.fetchone()
    return int(value)
