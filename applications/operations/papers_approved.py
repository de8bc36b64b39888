"""Papers that follow the word of a supervisor, a head or the department: 补充说明通知书, 撤销受理告知书, 延长办理期限告知书,
特别程序告知书, 注销决定书, 证照更正告知书."""

from datetime import date
from typing import Any

from applications.models import Application, Approval, Certificate, Suspension, Task
from applications.operations.county_head import joint_day
from applications.operations.paper_register import cn, enter, facts_of, items_of, number_of, remedies, window
from applications.operations.timing import CAUSES


def supplement(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """补充说明通知书: what the department asks, and that no clock stands still for it."""
    assert task is not None
    approval = Approval.objects.get(pk=payload["round"])
    rows = [[str(n), ask["name"], ask["text"]] for n, ask in enumerate(approval.asks, 1)]
    enter(
        key,
        case,
        task,
        kind="supplement",
        title="补充说明通知书",
        authority=task.department,
        number=number_of(task.department, "supplement", "补说"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”中的“{task.item_name}”正在审查，请就下列各处作补充说明，"
            "可以在网上答复，也可以到任何一个窗口：",
        ],
        facts=facts_of(case),
        table={"columns": ["序", "哪一处", "请说明"], "widths": [1, 5, 9], "rows": rows},
        after=[
            f"本通知不是补正告知，不停止计算办理期限，本事项仍在{cn(task.due)}前办结。没有说明的，本部门按现有材料作出决定，"
            "不单以没有补充说明为由不予许可、不予办理。",
        ],
    )


def revocation(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """撤销受理告知书: which items, why the acceptance was wrong, where to go instead, and the remedies."""
    approval = Approval.objects.select_related("department").get(pk=payload["round"])
    authority = approval.department or window()
    chosen = case.tasks.filter(item_code__in=approval.item_codes).select_related("department").order_by("position")
    where = [f"这件事由{approval.authority}办理，请向{approval.authority}提出申请。"] if approval.authority else []
    enter(
        key,
        case,
        None,
        kind="revocation",
        title="撤销受理告知书",
        authority=authority,
        number=number_of(authority, "revocation", "撤受"),
        handed=True,
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”，{cn(case.accepted_on)}受理。经核查，其中下列事项受理有误，现予撤销受理，"
            "相应的受理通知书作废。",
            f"理由：{approval.reason}",
            *where,
        ],
        facts=facts_of(case),
        table=items_of(case, list(chosen)),
        after=[
            "由此给你（单位）带来的不便，我们致歉。其余事项照常办理；交过的材料可以再用，原件凭退还清单退还。",
            remedies(authority),
        ],
    )


def extension(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """延长办理期限告知书: by how much, why, who agreed, and the new last day (《行政许可法》第四十二条)."""
    assert task is not None
    approval = Approval.objects.get(pk=payload["round"])
    until = date.fromisoformat(payload["until"])
    enter(
        key,
        case,
        task,
        kind="extension",
        title="延长办理期限告知书",
        authority=task.department,
        number=number_of(task.department, "extension", "延期"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”中的“{task.item_name}”，不能在规定的期限内作出决定。依据{approval.basis}，"
            f"经本部门负责人{approval.decided_by_name}批准，办理期限延长{approval.days}{task.clock.days_word}，至{cn(until)}。",
            f"理由：{approval.reason}",
        ],
        facts=facts_of(case),
        after=["期限只延长这一次。其余事项照常办理。"],
    )


def special_procedure(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """特别程序告知书: what is waited for, on what law, how long it is expected to take (《行政许可法》第四十五条)."""
    assert task is not None
    pause = Suspension.objects.get(pk=payload["round"])
    enter(
        key,
        case,
        task,
        kind="special-procedure",
        title="特别程序告知书",
        authority=task.department,
        number=number_of(task.department, "special-procedure", "特程"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”中的“{task.item_name}”，依法需要{CAUSES[pause.cause]}。依据{pause.basis}，"
            f"自{cn(pause.started_on)}起进入特别程序，预计{pause.expected_days}个工作日。",
            "所需时间不计算在办理期限内；结果到达之日起恢复计算。",
        ],
        facts=facts_of(case),
        after=["其余事项照常办理。"],
    )


def joint_extension(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """延长办理期限告知书 of what several departments do together (《行政许可法》第四十二条第二款)."""
    said = case.events.filter(kind="joint_extended").latest("id").data
    last, authority = joint_day(case), window()
    enter(
        key,
        case,
        None,
        kind="joint-extension",
        title="联合办理延长期限告知书",
        authority=authority,
        number=number_of(authority, "joint-extension", "联延"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”由几个部门一起办理，在四十五个工作日内不能办结。依据《中华人民共和国行政许可法》"
            f"第四十二条第二款，经{said['head']}批准，延长{said['days']}个工作日，至{cn(last)}。",
            f"理由：{said['reason']}",
        ],
        facts=facts_of(case),
        after=["期限只延长这一次。各事项自己的期限不变。"],
    )


def cancellation(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """注销决定书: the permit of a person or company that is no more (《行政许可法》第七十条)."""
    assert task is not None
    approval = Approval.objects.get(pk=payload["round"])
    number = task.result_number or task.decision_number
    enter(
        key,
        case,
        task,
        kind="cancellation",
        title="注销决定书",
        authority=task.department,
        number=number_of(task.department, "cancellation", "注"),
        handed=True,
        paragraphs=[
            f"“{task.item_name}”（{number}）的申请人已经不在：{approval.reason}",
            "依据《中华人民共和国行政许可法》第七十条，予以注销，据此发放的证照、文书不再有效。",
        ],
        facts=facts_of(case),
        after=[remedies(task.department)],
    )


def replacement(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """证照更正告知书: what was wrong by our own mistake, which number is void, which one stands instead; free of charge."""
    assert task is not None
    approval = Approval.objects.get(pk=payload["round"])
    new = Certificate.objects.select_related("replaces").get(pk=payload["certificate"])
    old = new.replaces
    assert old is not None
    enter(
        key,
        case,
        task,
        kind="replacement",
        title="证照更正告知书",
        authority=task.department,
        number=number_of(task.department, "replacement-notice", "证更"),
        handed=True,
        paragraphs=[
            f"发给你（单位）的“{old.name}”（{old.number}）有误，责任在我们，现予更正，免费换发。",
            f"哪里有误：{approval.reason}",
            f"原编号{old.number}自即日起作废，换发的编号为{new.number}，有效期不变。",
        ],
        facts=facts_of(case),
        table={
            "columns": ["栏目", "原来的", "更正为"],
            "widths": [3, 6, 6],
            "rows": [["持证人", old.holder, new.holder], ["编号", old.number, new.number]],
        },
        after=["领取换发的证照时，请带回原件。由此带来的不便，我们致歉。", remedies(task.department)],
    )
