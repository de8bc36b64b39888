"""Tickets (号) of a hall's day, and what happened to each."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from visits.lifecycle import TicketLifecycle
from visits.states import AT_A_COUNTER, Happened, Lane, TicketState


class Ticket(TicketLifecycle):
    """`number` is what is called and shown; `token` the random address of its page. Holds no name and no phone.

    `topic` is empty for intake and advice, else what a counter says it is for (`Counter.handles`). `due_at`: the booked
    time. `waiting_since` differs from `taken_at` for who came back after being missed.
    """

    hall = models.ForeignKey("departments.Hall", models.PROTECT, related_name="tickets", verbose_name="大厅")
    day = models.DateField("日期")
    lane = models.CharField("队", max_length=12, choices=Lane)
    number = models.CharField("号", max_length=6)
    topic = models.CharField("到哪种窗口", max_length=60, blank=True, default="")
    advice = models.BooleanField("只咨询", default=False)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, null=True, related_name="+", verbose_name="办什么")
    booking = models.OneToOneField(
        "visits.Booking", models.PROTECT, null=True, related_name="ticket", verbose_name="预约"
    )
    person = models.ForeignKey("accounts.Person", models.SET_NULL, null=True, related_name="+", verbose_name="是谁")
    token = models.CharField("页面地址", max_length=32, unique=True)
    taken_at = models.DateTimeField("取号时间")
    waiting_since = models.DateTimeField("从什么时候等起")
    due_at = models.DateTimeField("预约的时间", null=True)
    counter = models.CharField("窗口号", max_length=10, blank=True, default="")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁叫的"
    )
    calls = models.PositiveSmallIntegerField("叫了几次", default=0)
    called_at = models.DateTimeField("最近一次叫号", null=True)
    note = models.CharField("窗口记的", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "号"
        ordering = ["id"]
        indexes = [models.Index(fields=["hall", "day", "state"], name="visits_ticket_of_the_day")]
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "number"], name="visits_ticket_number_of_the_day"),
            # Two presses of 叫号 at one counter never bring two people there.
            models.UniqueConstraint(
                fields=["hall", "day", "counter"],
                condition=Q(state__in=AT_A_COUNTER),
                name="visits_ticket_one_at_a_counter",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open(self) -> bool:
        return self.state in (TicketState.WAITING, *AT_A_COUNTER)


class TicketSubject(models.Model):
    """What was done for a ticket at the counter. `subject`: the number of a case, given by the floor above."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="subjects", verbose_name="号")
    subject = models.CharField("办的哪一件", max_length=40, db_index=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "号办的件"
        constraints = [models.UniqueConstraint(fields=["ticket", "subject"], name="visits_subject_once_a_ticket")]


class TicketEvent(models.Model):
    """One line of a ticket's history, never changed: waiting times and no-shows are counted from these."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", verbose_name="号")
    kind = models.CharField("什么事", max_length=10, choices=Happened)
    at = models.DateTimeField("时间")
    counter = models.CharField("窗口号", max_length=10, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁")

    class Meta:
        verbose_name = verbose_name_plural = "号的经过"
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "kind"], name="visits_event_of_a_ticket")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
