"""The county hall of these tests: counters 3 and 5 take in everything, 9 hands out, open on working days."""

from datetime import time

from departments.access import Actor
from departments.models import Counter, Post
from tests.applications.world import World, build_world
from visits.models import HallQueue, OpeningTime

HALL = "county"
PICKUP = "出件取件"
SEATS = {"limin": "3", "chenjing": "5"}


def build_hall() -> World:
    """The small county with its hall open for tickets and bookings."""
    world = build_world()
    open_hall()
    for account, counter in SEATS.items():
        Post.objects.filter(user=world.users[account]).update(counter=counter)
    return world


def open_hall() -> HallQueue:
    """Counters, hours and the switch."""
    for number, handles in (("3", ""), ("5", ""), ("9", PICKUP)):
        Counter.objects.create(hall_id=HALL, number=number, handles=handles)
    queue = HallQueue.objects.create(hall_id=HALL)
    for opens, closes in ((time(9), time(12)), (time(13, 30), time(17, 30))):
        OpeningTime.objects.create(queue=queue, opens=opens, closes=closes)
    return queue


def seat(world: World, account: str, counter: str) -> Actor:
    """The clerk at another counter."""
    Post.objects.filter(user=world.users[account]).update(counter=counter)
    return world.actor(account)
