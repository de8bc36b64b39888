"""Slots of a hall and the bookings (预约) in them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation.fields import EncryptedTextField
from visits.lifecycle import BookingLifecycle
from visits.states import BookingState


class Slot(models.Model):
    """A stretch of a hall's day. `booked` counts under the row's lock: this row is what keeps a slot from overflowing."""

    hall = models.ForeignKey("departments.Hall", models.CASCADE, related_name="slots", verbose_name="大厅")
    starts_at = models.DateTimeField("从")
    ends_at = models.DateTimeField("到")
    capacity = models.PositiveSmallIntegerField("能约几位")
    booked = models.PositiveSmallIntegerField("约了几位", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "预约时段"
        constraints = [
            models.UniqueConstraint(fields=["hall", "starts_at"], name="visits_slot_once"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="visits_slot_never_overbooked"),
        ]


class Booking(BookingLifecycle):
    """One person's booking. Name and phone go some days after the visit, the index when no no-show is counted any more.

    `token` is the random address of its page, `code` what is typed in the hall.
    """

    hall = models.ForeignKey("departments.Hall", models.PROTECT, related_name="bookings", verbose_name="大厅")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings", verbose_name="时段")
    day = models.DateField("日期")
    matter = models.ForeignKey("matters.Matter", models.PROTECT, null=True, related_name="+", verbose_name="办什么")
    people = models.PositiveSmallIntegerField("几个人", default=1)
    name = EncryptedTextField("姓名", blank=True, default="")
    phone = EncryptedTextField("手机", blank=True, default="")
    phone_index = models.CharField("手机索引", max_length=64, blank=True, default="", db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="bookings", verbose_name="账号"
    )
    person = models.ForeignKey("accounts.Person", models.SET_NULL, null=True, related_name="+", verbose_name="是谁")
    code = models.CharField("预约码", max_length=6)
    token = models.CharField("页面地址", max_length=32, unique=True)
    made_at = models.DateTimeField("预约时间")
    reminded_at = models.DateTimeField("提醒时间", null=True)
    erased_at = models.DateTimeField("姓名和手机删掉的时间", null=True)
    ended_at = models.DateTimeField("取号、取消或者过期的时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "预约"
        indexes = [models.Index(fields=["day"], condition=Q(state=BookingState.BOOKED), name="visits_booking_open")]
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "code"], name="visits_booking_code_of_the_day"),
            models.UniqueConstraint(
                fields=["phone_index", "hall", "day"],
                condition=Q(state=BookingState.BOOKED),
                name="visits_booking_one_a_phone_and_day",
            ),
            models.UniqueConstraint(
                fields=["user", "hall", "day"],
                condition=Q(state=BookingState.BOOKED),
                name="visits_booking_one_an_account_and_day",
            ),
        ]
