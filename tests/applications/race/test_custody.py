"""Two scanners, one bag, the same instant: one scan counts, the other is told."""

import pytest

from applications.models import Bundle, CourierLine, CustodyMove
from applications.operations import couriers
from tests.applications.custody import bagged, on_the_road, town_clerk
from tests.applications.race.threads import at_once, losses, wins

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_scans_of_one_bag_at_once_put_it_on_one_list(committed_world):
    world = committed_world
    bundle, town = bagged(world), town_clerk(world)
    lists = [couriers.open_list(actor=town, to="hall:county", carrier="孙师傅") for _ in range(8)]
    results = at_once(
        [lambda one=one: couriers.scan_out(actor=town, courier_id=one.pk, code=bundle.code) for one in lists]
    )
    assert len(wins(results)) == 1 and losses(results) == {"Conflict"}
    assert CourierLine.objects.filter(bundle=bundle).count() == 1


def test_two_scans_at_the_door_take_it_in_once(committed_world):
    world = committed_world
    bundle = bagged(world)
    courier = on_the_road(world, bundle)
    clerks = [world.clerk, world.actor("chenjing")] * 4
    results = at_once(
        [lambda one=one: couriers.scan_in(actor=one, courier_id=courier.pk, code=bundle.code) for one in clerks]
    )
    assert len(wins(results)) == 1 and losses(results) == {"Conflict"}
    assert Bundle.objects.get(pk=bundle.pk).hall_id == "county"
    assert CustodyMove.objects.filter(bundle=bundle, text__contains="收到").count() == 1


def test_two_places_scan_one_bag_at_once_and_it_is_at_one_of_them(committed_world):
    world = committed_world
    bundle, other = bagged(world), bagged(world)
    here, there = on_the_road(world, bundle), on_the_road(world, other, to="department:market")
    results = at_once(
        [
            lambda: couriers.scan_in(actor=world.clerk, courier_id=here.pk, code=bundle.code),
            lambda: couriers.scan_in(actor=world.reviewer("market"), courier_id=there.pk, code=bundle.code),
        ]
    )
    assert wins(results)
    found = Bundle.objects.get(pk=bundle.pk)
    last = CustodyMove.objects.filter(bundle=bundle).last()
    assert (found.hall_id is None) != (found.department_id is None) and found.courier_id is None
    assert str(found.hall or found.department) in last.text
