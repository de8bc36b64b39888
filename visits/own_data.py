"""What this app holds about a person, for 我的数据."""

from departments.access import Actor
from visits.models import Booking


def bookings_of(actor: Actor) -> list[dict[str, str]]:
    """The bookings of whoever asks, as JSON takes them. One query."""
    if actor.user_id is None:
        return []
    found = Booking.objects.filter(user_id=actor.user_id).select_related("slot", "hall", "matter")
    return [
        {
            "时间": one.slot.starts_at.isoformat(timespec="minutes"),
            "大厅": one.hall.name,
            "办什么": one.matter.name if one.matter else "咨询",
            "姓名": one.name,
            "手机": one.phone,
            "状态": one.get_state_display(),
        }
        for one in found.order_by("slot__starts_at")
    ]
