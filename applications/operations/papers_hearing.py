"""Papers of a hearing: 听证告知书, 举行听证通知书, 听证笔录."""

from typing import Any

from applications.models import Application, Hearing, Task
from applications.operations.paper_register import cn, cn_moment, enter, facts_of, number_of
from departments.calendar import current_calendar

RIGHTS = "申请人、利害关系人不承担组织听证的费用，可以申请主持人回避，可以提出证据、申辩和质证，可以委托一至二人参加。"
BASIS = {
    Hearing.REFUSAL: "《中华人民共和国行政许可法》第四十七条",
    Hearing.OTHERS: "《中华人民共和国行政许可法》第三十六条、第四十七条",
    Hearing.PUBLIC: "《中华人民共和国行政许可法》第四十六条",
}


def offer(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """听证告知书: what is intended and why, until when a hearing may be asked for, and where."""
    assert task is not None
    found = Hearing.objects.get(pk=payload["round"])
    if found.ground == Hearing.PUBLIC:
        asks = f"本部门决定举行听证，时间和地点至少提前{_notice_days(found)}个工作日另行通知。"
    else:
        asks = (
            f"你（单位）可以在{cn(found.ask_by)}前要求听证，在网上提出，或者到任何一个窗口、本部门提出；到期没有提出的，视为放弃。"
            "听证期间不计入办理期限。"
        )
    also = ["本告知同时送达利害关系人，利害关系人有同样的权利。"] if found.others else []
    enter(
        key,
        case,
        task,
        kind="hearing-offer",
        title="听证告知书",
        authority=task.department,
        number=number_of(task.department, "hearing-offer", "听告"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”中的“{task.item_name}”，本部门正在审查。{found.get_ground_display()}。",
            f"拟作的决定、事实和依据：{found.facts}",
            f"依据{BASIS[found.ground]}，{asks}",
            *also,
        ],
        facts=facts_of(case),
        after=[RIGHTS],
    )


def _notice_days(found: Hearing) -> int:
    return current_calendar().thresholds.value("hearing_notice_days", found.offered_at.date())


def notice(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """举行听证通知书: hour, place and chair; of a moved one why."""
    assert task is not None
    found = Hearing.objects.get(pk=payload["hearing"])
    assert found.at is not None
    moved = [f"改期的原因：{found.move_reason}"] if found.move_reason else []
    enter(
        key,
        case,
        task,
        kind="hearing-notice",
        title="举行听证通知书",
        authority=task.department,
        number=number_of(task.department, "hearing-notice", "听通"),
        paragraphs=[
            f"关于“{case.matter.name}”中的“{task.item_name}”，本部门定于{cn_moment(found.at)}在{found.place}公开举行听证，"
            f"由{found.chair}主持。请按时参加，带身份证件；委托他人的，带授权委托书。无正当理由不参加的，视为放弃。",
            *moved,
        ],
        facts=facts_of(case),
        after=[RIGHTS, "依据《中华人民共和国行政许可法》第四十八条。"],
    )


def minutes(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """听证笔录: who came, what was said, and the fingerprint of the sheet they signed; the decision is made on it."""
    assert task is not None
    found = Hearing.objects.select_related("signed").get(pk=payload["round"])
    assert found.at is not None
    if found.signed is not None:
        signed = f"参加的人已在笔录上签字或者盖章，签字笔录的影像指纹{found.signed.sha256[:16]}。"
    else:
        signed = "要求听证的人无正当理由没有参加，视为放弃听证。"
    enter(
        key,
        case,
        task,
        kind="hearing-minutes",
        title="听证笔录",
        authority=task.department,
        number=number_of(task.department, "hearing-minutes", "听录"),
        paragraphs=[
            f"{cn_moment(found.at)}在{found.place}，就“{task.item_name}”举行听证，{found.chair}主持。",
            *([f"参加：{found.attended}"] if found.attended else []),
            *(line for line in found.minutes.splitlines() if line.strip()),
        ],
        facts=facts_of(case),
        after=[signed, "本部门根据听证笔录作出决定（《中华人民共和国行政许可法》第四十八条第二款）。"],
    )
