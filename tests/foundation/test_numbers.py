"""Gap-free numbers: in order, given back by a rollback, never outside a transaction, unique in threads."""

import pytest
from django.db import transaction

from foundation.numbers.models import Counter
from foundation.numbers.operations import take
from tests.applications.race.threads import at_once


@pytest.mark.django_db
def test_every_scope_begins_with_one():
    assert [take("a"), take("a"), take("b"), take("a")] == [1, 2, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_refused_outside_a_transaction():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        take("a")
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back():
    with transaction.atomic():
        assert take("a") == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert take("a") == 2
        raise ZeroDivisionError
    with transaction.atomic():
        assert take("a") == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_take_fifty_numbers_without_a_gap_although_some_give_up():
    def act(give_up: bool) -> int:
        with transaction.atomic():
            number = take("papers")
            if give_up:
                raise ZeroDivisionError
            return number

    results = at_once([lambda n=n: act(n % 5 == 0) for n in range(50)])
    taken = sorted(number for number in results if isinstance(number, int))
    assert taken == list(range(1, 41))
    assert Counter.objects.get(pk="papers").value == 40


@pytest.mark.django_db
def test_a_hostile_scope_is_only_text():
    scope = "'; DROP TABLE numbers_counter; --"
    assert (take(scope), take(scope)) == (1, 2)
