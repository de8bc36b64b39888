"""口径, the candidate pool, the record of who looked: what is kept beside the cases."""

from departments.thresholds.kind import CALENDAR_DAYS, WORKING_DAYS, Threshold

ROWS = {
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
    "look_keep_days": Threshold(
        name="谁看过我的资料：保存",
        default=1096,
        unit=CALENDAR_DAYS,
        least=1096,
        most=3653,
        law="",
        meaning="谁、什么时候、为什么看过一个人的资料，记录保存这么多天，过了每天夜里清掉。"
        "《个人信息保护法》第五十六条第二款：处理情况记录至少保存三年。",
        reach="马上对全部记录起作用",
    ),
}
