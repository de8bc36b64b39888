"""A county with a township's hall, and originals that travel: shared by the tests of bags and courier lists."""

from accounts.models import User
from applications.models import Application, Bundle, Courier
from applications.operations import couriers, custody, intake
from departments.access import Actor
from departments.models import Hall, Post, Role
from tests.applications.world import World, file_case

TOWN = "lijizhen"


def town_clerk(world: World) -> Actor:
    """徐梅 at counter 2 of 李集镇便民服务中心; made at the first call."""
    if "xumei" not in world.users:
        hall = Hall.objects.create(code=TOWN, name="李集镇便民服务中心")
        user = world.users["xumei"] = User.objects.create(username="xumei", name="徐梅")
        Post.objects.create(user=user, role=Role.CLERK, hall=hall, counter="2")
    return world.actor("xumei")


def originals_of(case: Application) -> list[str]:
    return list(case.materials.filter(submit__in=custody.TRAVELS).values_list("material_code", flat=True))


def bagged(world: World, actor: Actor | None = None, case: Application | None = None) -> Bundle:
    """One case, received, with one original in a bag at the township's counter 2."""
    actor = actor or town_clerk(world)
    case = case or file_case(world)
    if case.state == "submitted":
        intake.receive(actor=actor, number=case.number)
    return custody.keep_originals(actor=actor, number=case.number, pieces={originals_of(case)[0]: 1})


def on_the_road(world: World, *bundles: Bundle, to: str = "hall:county") -> Courier:
    """A list with these bags, handed to the carrier."""
    actor = town_clerk(world)
    courier = couriers.open_list(actor=actor, to=to, carrier="邮政 孙师傅")
    for bundle in bundles:
        couriers.scan_out(actor=actor, courier_id=courier.pk, code=bundle.code)
    return couriers.send(actor=actor, courier_id=courier.pk)
