"""草稿到期: a draft that nobody saves any more goes, with its files, days after its owner was told. The system alone.

Found by state, one draft a transaction: after an outage of any length the notice comes first and leaves its days.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.ending import Keeping
from applications.models import Draft
from departments.calendar import current_calendar
from foundation.notices.operations import notify

logger = logging.getLogger(__name__)


def keeping() -> Keeping:
    """The county's two thresholds as they hold today. One query."""
    thresholds, today = current_calendar().thresholds, timezone.localdate()
    return Keeping(thresholds.value("draft_days", today), thresholds.value("draft_notice_days", today))


def end_old_drafts() -> tuple[int, int]:
    """Tell the owners of drafts that end soon, delete those whose owners were told. Returns how many of each.

    A draft that fails is logged and found again.
    """
    rule = keeping()
    quiet_since = timezone.now() - timedelta(days=rule.days - rule.notice - 1)
    old = Draft.objects.filter(application=None, updated_at__lte=quiet_since).order_by("updated_at")
    done = {"told": 0, "ended": 0, "": 0}
    for pk in list(old.values_list("pk", flat=True)):
        try:
            done[_step(pk, rule)] += 1
        except (
            Exception
        ):  # whatever is wrong with one draft, the others are told in time; logged, and found again in an hour
            logger.exception("draft %s could not be told or ended", pk)
    return done["told"], done["ended"]


@transaction.atomic
def _step(draft_id: UUID, rule: Keeping) -> str:
    """What is due of one draft, looked at again under the lock: it may have been saved or sent meanwhile."""
    draft = (
        Draft.objects.select_related("matter", "applicant", "agent", "owner")
        .select_for_update(of=("self",))
        .filter(pk=draft_id, application=None)
        .first()
    )
    today = timezone.localdate()
    if draft is None:
        return ""
    if rule.is_over(draft.updated_at, draft.reminded_at, today):
        draft.delete()
        return "ended"
    if not rule.notice_due(draft.updated_at, draft.reminded_at, today):
        return ""
    now = timezone.now()
    Draft.objects.filter(pk=draft.pk).update(reminded_at=now)
    _tell(draft, rule.last_day(draft.updated_at, now).strftime("%-m 月 %-d 日"), f"draft-ends:{draft.pk}:{now:%Y%m%d}")
    return "told"


def _tell(draft: Draft, last_day: str, dedupe: str) -> None:
    """Whoever types in it, and for whom; a draft of the window has no account, so its applicant is told. The account
    alone where nobody has said yet who they are."""
    told: dict[int | None, tuple[int | None, str]] = {
        person.pk: (person.user_id, person.phone) for person in (draft.applicant, draft.agent) if person is not None
    }
    if not told and draft.owner is not None:
        told = {None: (draft.owner_id, draft.owner.phone)}
    for key, (recipient, phone) in told.items():
        notify(
            recipient_id=recipient,
            phone=phone,
            title="没填完的表快到期了",
            body=f"【{settings.PORTAL_NAME}】“{draft.matter.name}”没填完的表和传过的材料保留到 {last_day}。"
            f"要接着办，请在那之前到“我的办件”打开再存一次；不办了不用管。",
            link=reverse("my-applications"),
            dedupe=f"{dedupe}:{key or 'owner'}",
        )
