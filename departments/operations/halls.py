"""Sets up the halls and counters of the demonstration."""

from collections.abc import Iterator

import yaml
from django.db import transaction

from departments.demo import FIXTURES
from departments.models import Counter, Hall, Town


@transaction.atomic
def set_up_demo_halls() -> int:
    """The county hall, and a hall for every town that has none; returns how many halls are new.

    Halls that exist are left as they are. Idempotent. Addresses and hours say that they are made up.
    """
    source = yaml.safe_load((FIXTURES / "halls.yaml").read_text(encoding="utf-8"))
    county, pattern = source["county"], source["town"]
    before = set(Hall.objects.values_list("code", flat=True))
    halls = [Hall(code=county["code"], name=county["name"], address=county["address"], hours=county["hours"])]
    sizes = {county["code"]: county["counters"]}
    towns = list(Town.objects.filter(hall__isnull=True))
    for town in towns:
        name, address = (pattern[key].format(town=town.name) for key in ("name", "address"))
        halls.append(Hall(code=town.code, name=name, address=address, hours=pattern["hours"]))
        sizes[town.code] = pattern["counters"]
        town.hall_id = town.code
    new = [hall for hall in halls if hall.code not in before]
    Hall.objects.bulk_create(new, ignore_conflicts=True)
    zones = {
        (county["code"], number): row for row in county["zones"] for number in range(row["first"], row["last"] + 1)
    }
    Counter.objects.bulk_create(_counters(new, sizes, zones), ignore_conflicts=True)
    Town.objects.bulk_update(towns, ["hall"])
    return len(new)


def _counters(
    halls: list[Hall], sizes: dict[str, int], zones: dict[tuple[str, int], dict[str, str]]
) -> Iterator[Counter]:
    for hall in halls:
        for number in range(1, sizes[hall.code] + 1):
            row = zones.get((hall.code, number), {})
            yield Counter(hall=hall, number=str(number), zone=row.get("zone", ""), handles=row.get("handles", ""))
