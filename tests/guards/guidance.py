"""Two 口径 for the scene of addresses: of the approval bureau and of the market bureau, each with a doubt."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from departments.access import Actor
from matters.operations.guidance import Wording, confirm_guidance, doubt_guidance, write_guidance


def guidance_of(writers: dict[str, tuple[Actor, Actor]], clerk: Actor) -> dict[tuple[str, str], dict[str, Any]]:
    """`writers`: own and other → department's writer and whoever confirms. The objects as arguments of addresses."""
    today = timezone.localdate()
    objects = {}
    for which, (writer, second) in writers.items():
        wording = Wording(
            question="面馆要几张证？",
            answer="两张。",
            basis="《食品安全法》第三十五条",
            valid_from=today,
            valid_until=today + timedelta(days=90),
            matters=("noodle-shop",),
        )
        written = write_guidance(actor=writer, wording=wording, department=min(writer.departments))
        version = confirm_guidance(actor=second, version=written.pk)
        doubt = doubt_guidance(actor=clerk, version=version.pk)
        found = {"guidance": version.guidance_id, "version": version.pk, "doubt": doubt.pk}
        objects |= {("guidance", which): found, ("kept guidance", which): found}
    return objects
