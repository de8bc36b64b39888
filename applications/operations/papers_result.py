"""Papers of the end: decisions, results, certificates, terminations and the proof of delivery."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from applications.models import Application, CasePaper, Certificate, Delivery, Task
from applications.operations.paper_register import cn, cn_moment, enter, facts_of, number_of, remedies, window
from applications.states import VERDICTS
from matters.published import plan_of
from matters.specs import ItemSpec


def termination(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """终止办理通知书: the item ends without a decision. `abolished`: nobody can file it again."""
    assert task is not None
    again = "条件具备后可以重新申请，已经交过的材料可以再用。"
    enter(
        key,
        case,
        task,
        kind="termination",
        title="终止办理通知书",
        authority=task.department,
        number=number_of(task.department, "termination", "终"),
        handed=True,
        paragraphs=[f"你（单位）申请的“{task.item_name}”终止办理。理由：{task.reason}。"],
        facts=facts_of(case),
        after=["本事项不再办理，不用重新申请。" if payload.get("abolished") else again, remedies(task.department)],
    )


def refusal(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """不予 … 决定书 or 通知书, by the kind of the item."""
    assert task is not None
    item = plan_of(case.revision_id).items[task.item_code]
    word = VERDICTS[item.kind][1]
    enter(
        key,
        case,
        task,
        kind="refusal",
        title=f"{word}决定书" if item.kind == "permit" else f"{word}通知书",
        authority=task.department,
        number=task.decision_number,
        handed=True,
        paragraphs=[
            f"你（单位）申请的“{task.item_name}”，经审查，决定{word}。",
            f"事实和理由：{task.reason}",
            f"依据：{'；'.join(item.legal_basis)}。",
        ],
        facts=facts_of(case),
        after=[remedies(task.department)],
    )


def grant(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """The result of a grant: a certificate where the form is the county's, else a notice with the issuer's number."""
    assert task is not None
    item = plan_of(case.revision_id).items[task.item_code]
    certified = item.result.kind in ("licence", "approval")
    if certified and not item.own_form:
        paper = _certificate_sheet(key, case, task, item)
    else:
        paper = _result_notice(key, case, task, item)
    if certified:
        Certificate.objects.create(
            task=task,
            paper=paper,
            name=item.result.name,
            number=task.result_number or task.decision_number,
            holder=case.title,
            own_form=item.own_form,
            issued_on=_decided_on(task),
            valid_until=_valid_until(task, item),
        )


def reissue(key: str, case: Application, old: Certificate, *, holder: str, number: str) -> Certificate:
    """The sheet of a certificate once more with another holder or number; the old one has to be put aside before.

    Its validity ends on the same day: who made the mistake neither takes nor gives time.
    """
    was, task = old.paper.document, old.task
    now = {"持证人": holder, "编号": number, "发证日期": cn(timezone.localdate())}
    data = {name: value for name, value in was.data.items() if name not in ("authority", "to", "date", "contact")}
    facts = [[label, now.get(label, value)] for label, value in was.data["facts"]]
    data["facts"] = [*facts, ["更正换发", f"原编号{old.number}作废"]]
    sheet = enter(
        key,
        case,
        task,
        kind=old.paper.kind,
        title=was.title,
        authority=task.department,
        number=number if old.paper.kind == "certificate" else number_of(task.department, "replacement", "换"),
        template=was.template,
        handed=True,
        holder=holder,
        **data,
    )
    return Certificate.objects.create(
        task=task,
        paper=sheet,
        name=old.name,
        number=number,
        holder=holder,
        own_form=old.own_form,
        issued_on=timezone.localdate(),
        valid_until=old.valid_until,
        replaces=old,
    )


def _decided_on(task: Task) -> date:
    assert task.decided_at is not None
    return timezone.localdate(task.decided_at)


def _valid_until(task: Task, item: ItemSpec) -> date | None:
    """Last day of validity: issue day plus the months, less one day. None: no expiry."""
    if item.result.valid_months is None:
        return None
    return _decided_on(task) + relativedelta(months=item.result.valid_months, days=-1)


def _certificate_sheet(key: str, case: Application, task: Task, item: ItemSpec) -> CasePaper:
    until = _valid_until(task, item)
    return enter(
        key,
        case,
        task,
        kind="certificate",
        title=item.result.name,
        authority=task.department,
        number=task.result_number or task.decision_number,
        template="certificate",
        handed=True,
        facts=[
            ["持证人", case.title],
            ["事项", item.name],
            ["发证机关", task.department.name],
            ["发证日期", cn(_decided_on(task))],
            ["有效期", f"至{cn(until)}" if until else "长期"],
        ],
    )


def _result_notice(key: str, case: Application, task: Task, item: ItemSpec) -> CasePaper:
    word = VERDICTS[item.kind][0]
    facts = [*facts_of(case), ["事项", item.name], ["办理结果", word], ["决定日期", cn(_decided_on(task))]]
    if task.committed:
        facts.append(["办理方式", "告知承诺，决定以后核查"])
    after = []
    if item.result.kind != "none":
        facts.append(["结果", item.result.name])
    if task.result_number:
        facts.append(["编号", task.result_number])
    if item.own_form:
        after.append(f"{item.result.name}由国家统一的系统制作，本通知单只载明编号，不代替{item.result.name}。")
    return enter(
        key,
        case,
        task,
        kind="result",
        title="办理结果通知单" if item.own_form or item.result.kind != "receipt" else item.result.name,
        authority=task.department,
        number=task.decision_number,
        handed=True,
        paragraphs=[f"你（单位）申请的“{item.name}”已经办结。"],
        facts=facts,
        after=[*after, f"依据：{'；'.join(item.legal_basis)}。"],
    )


def delivered(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """送达回证 of one hand-over."""
    authority = window()
    delivery = Delivery.objects.select_related("by").get(pk=payload["round"])
    given = delivery.papers.select_related("document").order_by("id")
    enter(
        key,
        case,
        None,
        kind="delivery",
        title="送达回证",
        authority=authority,
        number=number_of(authority, "delivery", "送"),
        facts=[
            *facts_of(case),
            ["送达方式", delivery.get_method_display()],
            ["领取人", f"{delivery.collector}（{delivery.relation or '本人'}）"],
            ["送达时间", cn_moment(delivery.at)],
            ["送达人", delivery.by.name],
        ],
        table={
            "columns": ["序", "文书、证照", "编号"],
            "widths": [1, 6, 6],
            "rows": [[str(n), p.document.title, p.document.number] for n, p in enumerate(given, 1)],
        },
        signs=["领取人（签字）", "送达人（签字）"],
    )
