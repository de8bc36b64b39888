"""The words of visits: states of a booking (预约) and of a ticket (号), lanes, and what happens to a ticket."""

from django.db.models import TextChoices


class BookingState(TextChoices):
    BOOKED = "booked", "已预约"
    ARRIVED = "arrived", "已取号"
    CANCELLED = "cancelled", "已取消"
    NO_SHOW = "no_show", "没有来"
    LAPSED = "lapsed", "已过期"  # that day nobody could take a ticket there: held against nobody


class TicketState(TextChoices):
    WAITING = "waiting", "等候中"
    CALLED = "called", "正在叫号"
    SERVING = "serving", "正在办理"
    SERVED = "served", "已办完"
    MISSED = "missed", "过号"
    LEFT = "left", "已离开"


AT_A_COUNTER = (TicketState.CALLED, TicketState.SERVING)
ON_THE_WAY = (TicketState.WAITING, *AT_A_COUNTER)


class Lane(TextChoices):
    ORDINARY = "ordinary", "现场取号"
    APPOINTMENT = "appointment", "预约"
    PRIORITY = "priority", "优先"


LETTERS = {Lane.ORDINARY: "A", Lane.APPOINTMENT: "B", Lane.PRIORITY: "C"}


class Happened(TextChoices):
    """One line of a ticket's history."""

    TAKEN = "taken", "取号"
    CALLED = "called", "叫号"
    RECALLED = "recalled", "再叫"
    STARTED = "started", "开始办理"
    FINISHED = "finished", "办完"
    MISSED = "missed", "过号"
    RESTORED = "restored", "过号重排"
    LEFT = "left", "离开"
