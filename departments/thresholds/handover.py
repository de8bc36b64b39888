"""Hand-over: reminders of what nobody collects (K14)."""

from departments.thresholds.kind import CALENDAR_DAYS, Threshold

ROWS = {
    "pickup_first_reminder_days": Threshold(
        name="领取：第一次提醒",
        default=3,
        unit=CALENDAR_DAYS,
        least=1,
        most=7,
        law="",
        meaning="办好的文书和证照没有领，从可以领的那天起满这么多天提醒第一次。本县规定。",
        reach="对还没有提醒的起作用",
    ),
    "pickup_second_reminder_days": Threshold(
        name="领取：第二次提醒",
        default=10,
        unit=CALENDAR_DAYS,
        least=8,
        most=20,
        law="",
        meaning="办好的文书和证照没有领，从可以领的那天起满这么多天提醒第二次。本县规定。",
        reach="对还没有提醒的起作用",
    ),
    "pickup_last_reminder_days": Threshold(
        name="领取：最后一次提醒",
        default=30,
        unit=CALENDAR_DAYS,
        least=21,
        most=60,
        law="",
        meaning="办好的文书和证照没有领，从可以领的那天起满这么多天提醒第三次。本县规定。",
        reach="对还没有提醒的起作用",
    ),
}
