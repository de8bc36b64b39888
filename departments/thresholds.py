"""Every term and threshold that law sets or the county may set, and what holds on which day. Pure.

A threshold is one row of `THRESHOLDS`; whoever needs it reads it by its code from `Calendar.thresholds`. What the
county set otherwise are `Setting`s, kept for ever: a day in the past still has the value that held then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from foundation.errors import Refused

WORKING_DAYS, CALENDAR_DAYS, PERCENT = "个工作日", "天", "%"
MINUTES, TIMES = "分钟", "次"
AT_ONCE = "马上对全部办件起作用，因为灯是看的时候算的"


@dataclass(frozen=True)
class Threshold:
    """`least` and `most` are the bounds; `law` is the article that sets `most`, empty where the county decides alone.

    `reach` tells from what on a new value counts.
    """

    name: str
    default: int
    unit: str
    least: int
    most: int
    law: str
    meaning: str
    reach: str


THRESHOLDS = {
    "accept_days": Threshold(
        name="受理期限",
        default=5,
        unit=WORKING_DAYS,
        least=1,
        most=5,
        law="《行政许可法》第三十二条第一款第（四）项",
        meaning="收到申请后最迟哪天答复受理、不予受理或者补正；到那天没有答复，就算受理。可以比法律快，不能慢。",
        reach="对之后收到的申请和补正起作用，已经在等受理的按原来的日子",
    ),
    "cocheck_days": Threshold(
        name="收件会审",
        default=3,
        unit=WORKING_DAYS,
        least=1,
        most=4,
        law="",
        meaning="收件后部门在这么多天里提出要补的；到那天没有答复，按已有的一次告知。要比受理期限短，给窗口留出发告知书的时间。",
        reach="对之后收到的申请起作用",
    ),
    "correction_days": Threshold(
        name="补正的日子",
        default=10,
        unit=WORKING_DAYS,
        least=3,
        most=60,
        law="",
        meaning="补正告知书请申请人在这么多天里补来，也是一次最多延长的天数。法律没有规定，过了也不算撤回，只是等着。",
        reach="对之后发出的告知书起作用",
    ),
    "correction_first_reminder_days": Threshold(
        name="补正第一次提醒",
        default=3,
        unit=WORKING_DAYS,
        least=2,
        most=10,
        law="",
        meaning="请他补来的日子以前这么多个工作日提醒一次。本县规定。",
        reach="对还没有提醒的起作用",
    ),
    "correction_last_reminder_days": Threshold(
        name="补正最后一次提醒",
        default=1,
        unit=WORKING_DAYS,
        least=0,
        most=3,
        law="",
        meaning="请他补来的日子以前这么多个工作日再提醒一次。本县规定。",
        reach="对还没有提醒的起作用",
    ),
    "late_grant_days": Threshold(
        name="前面的事项批晚了，后面的还有",
        default=1,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="",
        meaning="前置事项超期才准予的，等它的事项从准予那天起再有这么多天，不算它超期。",
        reach="对之后受理的办件起作用，在办的按受理那天的规定",
    ),
    "extension_days": Threshold(
        name="延长办理期限",
        default=10,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="《行政许可法》第四十二条第一款",
        meaning="期限内不能作出决定的，经本部门负责人批准，一项最多延长这么多个工作日，只能一次，理由告诉申请人。",
        reach="对之后的延长起作用",
    ),
    "promise_check_days": Threshold(
        name="告知承诺以后核查",
        default=60,
        unit=CALENDAR_DAYS,
        least=1,
        most=62,
        law="国办发〔2020〕42号",
        meaning="按告知承诺准予的，决定以后最迟这么多天核查承诺是不是属实（两个月内）。",
        reach="对之后的决定起作用",
    ),
    "promise_bar_days": Threshold(
        name="告知承诺不实以后",
        default=365,
        unit=CALENDAR_DAYS,
        least=1,
        most=1095,
        law="",
        meaning="承诺不实、决定被撤销的，这么多天以内不能再用告知承诺办。本县规定。",
        reach=AT_ONCE,
    ),
    "return_days": Threshold(
        name="不归本部门的退回",
        default=1,
        unit=WORKING_DAYS,
        least=1,
        most=3,
        law="",
        meaning="部门收到以后这么多个工作日内，可以把不归它办的退回窗口，只能一次，期限照走。本县规定。",
        reach=AT_ONCE,
    ),
    "consult_days": Threshold(
        name="征求意见的答复",
        default=5,
        unit=WORKING_DAYS,
        least=1,
        most=15,
        law="",
        meaning="一个部门向另一个部门征求意见，最长给这么多个工作日答复；办理期限不变。本县规定。",
        reach="对之后征求的起作用",
    ),
    "urge_days": Threshold(
        name="催一催以后再催",
        default=2,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="",
        meaning="申请人催过一项，过这么多个工作日可以再催。本县规定。",
        reach=AT_ONCE,
    ),
    "order_days": Threshold(
        name="督办以后回复",
        default=2,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="",
        meaning="督查督办以后，部门这么多个工作日内回复办了什么；过了记红牌。本县规定。",
        reach="对之后的督办起作用",
    ),
    "joint_days": Threshold(
        name="统一办理、联合办理的上限",
        default=45,
        unit=WORKING_DAYS,
        least=1,
        most=45,
        law="《行政许可法》第四十二条第二款",
        meaning="几个部门一起办的一件事，从受理起最长这么多个工作日，特别程序停的不算；过了记红牌。",
        reach="对之后受理的办件起作用，在办的按受理那天的规定",
    ),
    "issue_days": Threshold(
        name="颁发、送达",
        default=10,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="《行政许可法》第四十四条",
        meaning="准予以后最迟这么多个工作日制好证件或者文书；过了记黄牌。",
        reach="对之后的决定起作用，已经决定的按决定那天的规定",
    ),
    "review_up_days": Threshold(
        name="下级审查后上报",
        default=20,
        unit=WORKING_DAYS,
        least=1,
        most=20,
        law="《行政许可法》第四十三条",
        meaning="先由县里审查再报上级决定的，受理以后最迟这么多个工作日报上去；过了记红牌。",
        reach="对之后受理的办件起作用，在办的按受理那天的规定",
    ),
    "yellow_percent": Threshold(
        name="临近灯：承诺时限剩下",
        default=20,
        unit=PERCENT,
        least=1,
        most=50,
        law="",
        meaning="剩下的工作日不超过承诺时限的这个比例，灯变成临近。",
        reach=AT_ONCE,
    ),
    "yellow_days": Threshold(
        name="临近灯：至少剩",
        default=1,
        unit=WORKING_DAYS,
        least=1,
        most=5,
        law="",
        meaning="承诺时限再短，剩这么多天也变成临近。",
        reach=AT_ONCE,
    ),
    "draft_days": Threshold(
        name="没有递交的草稿保留",
        default=30,
        unit=CALENDAR_DAYS,
        least=8,
        most=90,
        law="",
        meaning="最后一次保存之后这么多天没有再动的草稿连同附件删除。《个人信息保护法》第十九条：保存期限要最短。",
        reach="对全部草稿起作用；改短的，事先的提醒仍然先发",
    ),
    "draft_notice_days": Threshold(
        name="草稿删除前提醒",
        default=3,
        unit=CALENDAR_DAYS,
        least=1,
        most=7,
        law="",
        meaning="删除前这么多天通知申请人。",
        reach="对还没有提醒的草稿起作用",
    ),
    "shared_answer_days": Threshold(
        name="向发证部门核对的结果用",
        default=30,
        unit=CALENDAR_DAYS,
        least=1,
        most=90,
        law="",
        meaning="免交的材料核对到以后，这么多天里同一份申请不再问第二次。",
        reach="对之后核对到的结果起作用，已经核对到的按当时的日子",
    ),
    "deferral_first_reminder_days": Threshold(
        name="容缺材料第一次提醒",
        default=3,
        unit=WORKING_DAYS,
        least=2,
        most=10,
        law="",
        meaning="答应后补的材料到期前这么多个工作日提醒一次。本县规定。",
        reach="对还没有提醒的材料起作用",
    ),
    "deferral_last_reminder_days": Threshold(
        name="容缺材料最后一次提醒",
        default=1,
        unit=WORKING_DAYS,
        least=0,
        most=5,
        law="",
        meaning="到期前这么多个工作日再提醒一次。本县规定。",
        reach="对还没有提醒的材料起作用",
    ),
    "deferral_extension_days": Threshold(
        name="容缺期限因不可抗力最多延长",
        default=10,
        unit=WORKING_DAYS,
        least=1,
        most=30,
        law="",
        meaning="不可抗力的，窗口写明原因延长一次，最多这么多个工作日；许可决定的日子不因此推后。本县规定。",
        reach="对之后的延长起作用",
    ),
    "deferral_bar_days": Threshold(
        name="容缺逾期以后不再容缺",
        default=365,
        unit=CALENDAR_DAYS,
        least=30,
        most=730,
        law="",
        meaning="答应后补没有补来的，补齐之前这么多天里不再容缺；补齐了马上恢复。单位和个人一样。本县规定。",
        reach="对全部没有补齐的逾期起作用",
    ),
    "visit_window_days": Threshold(
        name="预约：最多提前",
        default=14,
        unit=CALENDAR_DAYS,
        least=1,
        most=60,
        law="",
        meaning="网上能约从今天起这么多天里的时段。",
        reach="对之后的预约起作用，已经约好的不变",
    ),
    "visit_slot_minutes": Threshold(
        name="预约：一个时段",
        default=30,
        unit=MINUTES,
        least=10,
        most=120,
        law="",
        meaning="大厅的开门时间按这么多分钟分成时段。",
        reach="对从那天起的时段起作用，已经约好的不变",
    ),
    "visit_service_minutes": Threshold(
        name="预约：一位大约办",
        default=20,
        unit=MINUTES,
        least=5,
        most=120,
        law="",
        meaning="一个综合窗口一个时段能办几位按它算；当天办完的还不多时，要等多久也按它估。",
        reach="对从那天起的时段起作用，已经约好的不变",
    ),
    "visit_walk_in_percent": Threshold(
        name="预约：留给现场取号",
        default=50,
        unit=PERCENT,
        least=50,
        most=100,
        law="",
        meaning="每个时段至少这个比例不放到网上约，留给直接来的人。",
        reach="对从那天起的时段起作用，已经约好的不变",
    ),
    "visit_early_minutes": Threshold(
        name="预约：可以提前取号",
        default=30,
        unit=MINUTES,
        least=0,
        most=120,
        law="",
        meaning="约好的时间之前这么多分钟里凭预约码取号；更早的按现场取号。",
        reach="马上对还没有取号的预约起作用",
    ),
    "visit_late_minutes": Threshold(
        name="预约：迟到保留",
        default=15,
        unit=MINUTES,
        least=0,
        most=60,
        law="",
        meaning="约好的时间之后这么多分钟里预约还算数；再晚的按现场取号，排在后面，不算没来。",
        reach="马上对还没有取号的预约起作用",
    ),
    "visit_ordinary_percent": Threshold(
        name="叫号：现场取号的至少占",
        default=30,
        unit=PERCENT,
        least=10,
        most=90,
        law="",
        meaning="预约和优先的先叫，但是有人在现场排队时，叫的号里至少有这个比例是他们的。",
        reach="马上对之后叫的号起作用",
    ),
    "visit_calls": Threshold(
        name="叫号：叫几次算过号",
        default=3,
        unit=TIMES,
        least=2,
        most=5,
        law="",
        meaning="叫了这么多次没有人来，窗口才能按过号；人回来了可以重排。",
        reach="马上对正在叫的号起作用",
    ),
    "callback_days": Threshold(
        name="请回电话",
        default=1,
        unit=WORKING_DAYS,
        least=1,
        most=5,
        law="",
        meaning="请窗口回电话的，最晚第几个工作日打给他。",
        reach="对之后请的起作用",
    ),
    "visit_no_show_count": Threshold(
        name="预约：没有来几次",
        default=3,
        unit=TIMES,
        least=2,
        most=10,
        law="",
        meaning="约了没来、也没有取消，到这么多次暂停网上预约；现场取号不受影响。",
        reach="马上对之后的预约起作用",
    ),
    "visit_no_show_days": Threshold(
        name="预约：没有来的算最近",
        default=90,
        unit=CALENDAR_DAYS,
        least=7,
        most=180,
        law="",
        meaning="只数最近这么多天里的。数完了，认得出是谁的最后一点也删掉。",
        reach="马上对全部预约起作用",
    ),
    "visit_pause_days": Threshold(
        name="预约：暂停",
        default=30,
        unit=CALENDAR_DAYS,
        least=1,
        most=90,
        law="",
        meaning="从最近一次没有来那天起，这么多天里不能网上预约。",
        reach="马上对之后的预约起作用",
    ),
    "visit_phone_days": Threshold(
        name="预约：姓名和手机保留",
        default=7,
        unit=CALENDAR_DAYS,
        least=1,
        most=90,
        law="",
        meaning="约的那天之后这么多天，姓名和手机号码删掉。《个人信息保护法》第十九条：保存期限要最短。",
        reach="对全部预约起作用",
    ),
    "courier_days": Threshold(
        name="交接单：最迟送到",
        default=1,
        unit=WORKING_DAYS,
        least=0,
        most=5,
        law="",
        meaning="原件交出去以后过了这么多个工作日还没有接收的，两边的工作台都会提示。本县规定。",
        reach="对之后交出的单起作用，在路上的按交出那天的规定",
    ),
    "guidance_answer_days": Threshold(
        name="口径：最迟答复“这条不对”",
        default=3,
        unit=WORKING_DAYS,
        least=1,
        most=10,
        law="",
        meaning="有人提出一条口径不对，归口部门在这么多个工作日里答复；过了的督查人员看得到。本县规定。",
        reach="对之后提出的起作用，已经提出的按当时的日子",
    ),
    "guidance_notice_days": Threshold(
        name="口径：到期前提醒",
        default=30,
        unit=CALENDAR_DAYS,
        least=7,
        most=90,
        law="",
        meaning="到期前这么多天起，列给归口部门去续写；到期以后窗口不再看到。本县规定。",
        reach="马上对全部口径起作用，因为清单是看的时候列的",
    ),
    "guidance_longest_days": Threshold(
        name="口径：一版最长管",
        default=730,
        unit=CALENDAR_DAYS,
        least=90,
        most=1095,
        law="",
        meaning="一版口径从起的日子算最长管这么多天，免得过时的话一直说下去。本县规定。",
        reach="对之后写的起作用",
    ),
    # Two things filed within a quarter of a year belong to one plan of life; a year shows seasons once.
    "pair_days": Threshold(
        name="重复组合：两件事相隔不超过",
        default=90,
        unit=CALENDAR_DAYS,
        least=7,
        most=365,
        law="",
        meaning="同一个申请人在这么多天里办了两件不同的事，算一次重复组合（候选事项）。",
        reach="马上对全部计数起作用，因为组合是看的时候数的",
    ),
    "pair_look_back_days": Threshold(
        name="重复组合：往回数",
        default=365,
        unit=CALENDAR_DAYS,
        least=30,
        most=1095,
        law="",
        meaning="只数最近这么多天提交的办件。",
        reach="马上对全部计数起作用，因为组合是看的时候数的",
    ),
}


@dataclass(frozen=True)
class Setting:
    """What the county set: `value` holds from the day `since` on."""

    code: str
    value: int
    since: date


@dataclass(frozen=True)
class Thresholds:
    """All settings in the order in which they win: by day, then as they were made."""

    settings: tuple[Setting, ...] = ()

    def value(self, code: str, on: date) -> int:
        """What holds on that day: the newest setting that has begun, else the default. Unknown codes: KeyError."""
        begun = [setting.value for setting in self.settings if setting.code == code and setting.since <= on]
        return begun[-1] if begun else THRESHOLDS[code].default


DEFAULTS = Thresholds()


def in_order(settings: Iterable[Setting]) -> Thresholds:
    """Settings given in the order they were made."""
    return Thresholds(tuple(sorted(settings, key=lambda setting: setting.since)))


def check(code: str, value: int) -> Threshold:
    """The threshold, if it may have this value. Raises Refused for an unknown code and outside its bounds."""
    found = THRESHOLDS.get(code)
    if found is None:
        raise Refused("没有这个期限或者阈值。", "code")
    if value > found.most and found.law:
        raise Refused(f"{found.law}规定最多 {found.most} {found.unit}，只能更短，不能更长。", "value")
    if not found.least <= value <= found.most:
        raise Refused(f"只能写 {found.least} 到 {found.most} 的整数，单位是{found.unit.removeprefix('个')}。", "value")
    return found
