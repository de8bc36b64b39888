"""The states of a case (办件) and of a department's task (部门任务), with the words a person reads.

Which state may follow which stands in `lifecycle.py`; this module only names them.
"""

from django.db.models import TextChoices


class CaseState(TextChoices):
    SUBMITTED = "submitted", "待收件"
    RECEIVED = "received", "已收件"
    CORRECTING = "correcting", "待补正"
    ACCEPTED = "accepted", "办理中"
    CONCLUDED = "concluded", "已办结"
    DELIVERED = "delivered", "已送达"
    ARCHIVED = "archived", "已归档"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


class Outcome(TextChoices):
    GRANTED = "granted", "全部准予"
    PARTLY = "partly", "部分准予"
    REFUSED = "refused", "不予"
    WITHDRAWN = "withdrawn", "撤回"
    TERMINATED = "terminated", "终止"
    VOID = "void", "作废"


class TaskState(TextChoices):
    PENDING = "pending", "待受理"
    WAITING = "waiting", "等前置"
    OPEN = "open", "待认领"
    CLAIMED = "claimed", "在审"
    ADVISED = "advised", "待决定"
    SUSPENDED = "suspended", "暂停"
    GRANTED = "granted", "已准予"
    REFUSED = "refused", "不予"
    PASSED_UP = "passed_up", "已转报"
    DECLINED = "declined", "不予受理"
    RETURNED = "returned", "退回窗口"
    TERMINATED = "terminated", "已终止"
    WITHDRAWN = "withdrawn", "已撤回"
    VOID = "void", "已作废"


class MaterialState(TextChoices):
    AWAITING = "awaiting", "没看"
    RECEIVED = "received", "合格"
    EXEMPT = "exempt", "免交"
    DEFERRED = "deferred", "容缺"
    WRONG = "wrong", "要补"
    NOT_APPLICABLE = "not_applicable", "不涉及"


class SignedHow(TextChoices):
    """How an applicant put their name to something."""

    PAPER = "paper", "在纸上签的"
    PAD = "pad", "在签字板上签的"
    ONLINE = "online", "本人在网上签的"


class FetchState(TextChoices):
    """Of something asked elsewhere: a register, the words on a picture."""

    ASKED = "asked", "正在调取"
    FOUND = "found", "已调取"
    NOT_FOUND = "not_found", "没有查到"
    FAILED = "failed", "没有调成"


class Channel(TextChoices):
    ONLINE = "online", "网上"
    WINDOW = "window", "窗口"


class Handover(TextChoices):
    WINDOW = "window", "窗口领取"
    POST = "post", "邮寄"
    ELECTRONIC = "electronic", "电子送达"


# Ways of hand-over that the county really serves today; an applicant is offered no other.
OFFERED_HANDOVER = (Handover.WINDOW,)

BEFORE_ACCEPTANCE = (CaseState.SUBMITTED, CaseState.RECEIVED, CaseState.CORRECTING)
CASE_RUNNING = (*BEFORE_ACCEPTANCE, CaseState.ACCEPTED)

# What a department has on its desk: the partial index of the queue is built on exactly these.
ON_THE_DESK = (TaskState.WAITING, TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED, TaskState.SUSPENDED)
DECIDABLE = (TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED)
FAVOURABLE = (TaskState.GRANTED, TaskState.PASSED_UP)
FINAL = (
    TaskState.GRANTED,
    TaskState.REFUSED,
    TaskState.PASSED_UP,
    TaskState.DECLINED,
    TaskState.TERMINATED,
    TaskState.WITHDRAWN,
    TaskState.VOID,
)

# How a favourable and an unfavourable decision is called for each kind of item (《行政许可法》 binds permits only).
VERDICTS = {
    "permit": ("准予行政许可", "不予行政许可"),
    "registration": ("准予登记", "不予登记"),
    "filing": ("备案", "不予备案"),
    "confirmation": ("确认", "不予确认"),
    "benefit": ("给付", "不予给付"),
    "service": ("办理完成", "不予办理"),
}
# What a decided task is called in a list.
DECIDED_WORDS = {
    "permit": ("已准予", "不予许可"),
    "registration": ("已登记", "不予登记"),
    "filing": ("已备案", "不予备案"),
    "confirmation": ("已确认", "不予确认"),
    "benefit": ("已给付", "不予给付"),
    "service": ("已办好", "不予办理"),
}
