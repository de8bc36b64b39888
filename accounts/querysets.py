"""Reads of mandates. An agent whose mandate has ended or was revoked loses access with the very next request."""

from datetime import date
from typing import Any

from django.db import models


class MandateQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> "MandateQuerySet":
        """Mandates that stand on that day: not revoked, and the last day counts."""
        return self.filter(revoked_at__isnull=True, valid_until__gte=on)

    def held_by(self, person_id: int | None) -> "MandateQuerySet":
        """Mandates under which this person acts for others. None (no person behind the sign-in) holds none."""
        if person_id is None:
            return self.none()
        return self.filter(agent_id=person_id)
