"""Pure: until when a draft is kept. It ends so many days after anybody last saved it, and never without a notice first.

Days are calendar days, the county's thresholds `draft_days` and `draft_notice_days`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Keeping:
    """How long a draft is kept after the last save, and how many days before the end its owner is told."""

    days: int = 30
    notice: int = 3

    def last_day(self, updated_at: datetime, reminded_at: datetime | None) -> date:
        """The last day on which the draft can be opened. A notice that came late leaves its days all the same."""
        end = timezone.localdate(updated_at) + timedelta(days=self.days)
        if told(updated_at, reminded_at):
            assert reminded_at is not None
            end = max(end, timezone.localdate(reminded_at) + timedelta(days=self.notice))
        return end

    def notice_due(self, updated_at: datetime, reminded_at: datetime | None, today: date) -> bool:
        """Whether the owner is to be told now."""
        first = timezone.localdate(updated_at) + timedelta(days=self.days - self.notice)
        return not told(updated_at, reminded_at) and first <= today

    def is_over(self, updated_at: datetime, reminded_at: datetime | None, today: date) -> bool:
        """Whether the draft goes: its owner was told, and its last day is behind us."""
        return told(updated_at, reminded_at) and self.last_day(updated_at, reminded_at) < today


def told(updated_at: datetime, reminded_at: datetime | None) -> bool:
    """Whether the owner was told since the last save; a save after the notice starts the days anew."""
    return reminded_at is not None and reminded_at > updated_at
