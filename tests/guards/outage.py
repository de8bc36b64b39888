"""Two pads of numbers for the scene of addresses: of the clerk's hall and of a town's."""

from dataclasses import replace
from typing import Any

from applications.operations import outage
from departments.models import Hall
from tests.applications.world import World


def pads_of(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """The pads and the first number of each, as arguments of addresses."""
    Hall.objects.get_or_create(code="beichenji", defaults={"name": "北陈集镇便民服务中心"})
    objects = {}
    for which, hall in (("own", "county"), ("other", "beichenji")):
        block = outage.issue_block(actor=replace(world.clerk, hall=hall), size=25)
        first = block.receipts.order_by("number").first()
        assert first is not None
        objects[("pad", which)] = {"block": block.pk}
        objects[("paper receipt", which)] = {"number": first.number}
    return objects
