"""文书: which official paper follows from which act, and what it says. A worker issues each once (kind `paper`)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone

from applications.models import Application, CaseMaterial, CasePaper, Certificate, Correction, Delivery, Task
from applications.states import VERDICTS, MaterialState, TaskState
from departments.models import Department
from foundation.documents.operations import issue, take_number
from foundation.outbox.models import Outbox
from matters.published import plan_of
from matters.specs import ItemSpec

REMEDIES = (
    "如不服本决定，可以自收到本通知书之日起六十日内依法申请行政复议（《中华人民共和国行政复议法》第二十条），"
    "或者自知道之日起六个月内依法提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。"
)
SUBMIT_WORDS = {"original": "原件", "copy": "复印件", "verify": "验原件收复印件", "electronic": "电子件"}


def issue_entry(row: Outbox) -> None:
    """Outbox handler `paper`: enter the paper in the register once; rendering follows by itself."""
    if CasePaper.objects.filter(key=row.key).exists():
        return
    payload = row.payload
    case = Application.objects.select_related("matter", "applicant", "organisation").get(pk=payload["application"])
    task = Task.objects.select_related("department").get(pk=payload["task"]) if payload["task"] else None
    if task is not None:
        task.application = case
    MAKERS[payload["kind"]](row.key, case, task, payload)


def _window() -> Department:
    """The authority that runs the combined window."""
    return Department.objects.get(code=settings.WINDOW_AUTHORITY)


def cn(day: date | None) -> str:
    """2026年3月2日, as papers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _number(authority: Department, kind: str, word: str) -> str:
    year = timezone.localdate().year
    return take_number(authority=authority.pk, authority_mark=f"{authority.mark}{word}", kind=kind, year=year)


def _enter(
    key: str,
    case: Application,
    task: Task | None,
    *,
    kind: str,
    title: str,
    authority: Department,
    number: str,
    template: str = "notice",
    handed: bool = False,
    **data: Any,
) -> CasePaper:
    """Register the paper and tie it to the case. Papers given at intake count as served when they are made."""
    document = issue(
        kind=kind,
        title=title,
        authority=authority.pk,
        number=number,
        subject=case.number,
        holder=case.title,
        template=template,
        sample=settings.DEMO,
        data={
            "authority": authority.name,
            "to": case.title,
            "date": cn(timezone.localdate()),
            "contact": authority.phone,
            **data,
        },
    )
    return CasePaper.objects.create(
        application=case,
        task=task,
        key=key,
        kind=kind,
        document=document,
        to_hand_over=handed,
        served_at=None if handed else timezone.now(),
    )


def _facts(case: Application) -> list[list[str]]:
    facts = [["办件编号", case.number], ["一件事", case.matter.name], ["申请人", case.applicant.name]]
    if case.organisation:
        facts.append(["单位", case.organisation.name])
    return facts


def _items(case: Application, tasks: list[Task]) -> dict[str, Any]:
    items = plan_of(case.revision_id).items
    return {
        "columns": ["事项", "部门", "承诺", "依据"],
        "widths": [5, 3, 3, 6],
        "rows": [
            [t.item_name, t.department.short_name, _days(t.own_days), "；".join(items[t.item_code].legal_basis)]
            for t in tasks
        ],
    }


def _days(days: int) -> str:
    return f"{days} 个工作日" if days else "当日"


def _receipt(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    window = _window()
    rows = [
        [str(n), m.name, SUBMIT_WORDS.get(m.submit, m.submit), str(m.copies), _material_word(m)]
        for n, m in enumerate(CaseMaterial.objects.filter(application=case), 1)
    ]
    receipt = timezone.localtime(case.receipt_at)
    _enter(
        key,
        case,
        None,
        kind="receipt",
        title="申请材料收件凭证",
        authority=window,
        number=_number(window, "receipt", "收"),
        facts=[
            *_facts(case),
            ["收件时间", f"{cn(receipt.date())}{receipt:%H:%M}"],
            ["查询码", f"{case.query_code}（凭编号和查询码，不登录也能查进度）"],
        ],
        table={"columns": ["序", "材料", "方式", "份数", "状态"], "widths": [1, 8, 4, 2, 3], "rows": rows},
        after=[
            f"本窗口将在{cn(case.accept_by)}前告知受理、不予受理或者需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理"
            "（《中华人民共和国行政许可法》第三十二条）。本凭证不收费。"
        ],
    )


def _material_word(material: CaseMaterial) -> str:
    if material.state == MaterialState.EXEMPT:
        return "带来核验" if material.submit in ("verify", "original") else "免交"
    return {MaterialState.DEFERRED: "容缺", MaterialState.NOT_APPLICABLE: "不涉及"}.get(
        MaterialState(material.state), "已收"
    )


def _acceptance(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    if task is not None:
        _own_acceptance(key, case, task)
        return
    window = _window()
    first = case.tasks.filter(added_on=None, dropped=False).exclude(state=TaskState.PENDING)
    tasks = list(first.select_related("department").order_by("position"))
    now_accepted = [t for t in tasks if not t.own_acceptance]
    later = [t for t in tasks if t.own_acceptance]
    after = [f"全部事项承诺在{cn(case.promised_due)}前办结。"]
    if later:
        after.append(
            f"{'、'.join(t.item_name for t in later)}现在先行预审，前置事项获准后自动受理，另发受理通知书，上述办结日期不变。"
        )
    opening = (
        f"你（单位）{cn(timezone.localdate(case.receipt_at))}提交的“{case.matter.name}”申请，"
        + (
            "本窗口在受理期限内没有答复，依法自收到申请材料之日起即为受理。"
            if case.deemed
            else "材料齐全、符合法定形式，"
        )
        + "根据《中华人民共和国行政许可法》第三十二条和各事项的办理依据，"
        + f"于{cn(case.accepted_on)}受理下列事项："
    )
    _enter(
        key,
        case,
        None,
        kind="acceptance",
        title="受理通知书",
        authority=window,
        number=_number(window, "acceptance", "受"),
        paragraphs=[opening],
        facts=_facts(case),
        table=_items(case, now_accepted or tasks),
        after=after,
    )


def _own_acceptance(key: str, case: Application, task: Task) -> None:
    why = "前置事项已经获准" if task.own_acceptance else "因你（单位）改变情形而新增"
    _enter(
        key,
        case,
        task,
        kind="acceptance",
        title="受理通知书",
        authority=task.department,
        number=_number(task.department, "acceptance", "受"),
        paragraphs=[f"“{case.matter.name}”中的下列事项，{why}，于{cn(task.accepted_on)}受理："],
        facts=[*_facts(case), ["法定办结日", cn(task.statutory_due)]],
        table=_items(case, [task]),
    )


def _correction(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    window = _window()
    correction = Correction.objects.get(application=case, round=payload["round"])
    rows = [
        [str(n), ask["name"], ask["text"], "、".join(ask["departments"])] for n, ask in enumerate(correction.asks, 1)
    ]
    _enter(
        key,
        case,
        None,
        kind="correction",
        title="补正材料告知书",
        authority=window,
        number=_number(window, "correction", "补"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”，申请材料不齐全或者不符合法定形式。根据《中华人民共和国行政许可法》"
            "第三十二条第一款第（四）项，现将需要补正的全部内容一次告知如下："
        ],
        facts=_facts(case),
        table={"columns": ["序", "材料或者栏目", "怎么补、怎么改", "用于"], "widths": [1, 4, 7, 4], "rows": rows},
        after=["可以在网上补，也可以到任何一个综合窗口补；收到补正材料之日起重新计算受理期限。"],
    )


def _decline(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    authority = task.department if task else _window()
    tasks = [task] if task else list(case.tasks.select_related("department").order_by("position"))
    where = payload.get("authority") or ""
    after = [f"请向{where}申请。"] if where else []
    _enter(
        key,
        case,
        task,
        kind="decline",
        title="不予受理通知书",
        authority=authority,
        number=_number(authority, "decline", "不受"),
        paragraphs=[f"你（单位）申请的下列事项，经审查不予受理。理由：{task.reason if task else case.reason}"],
        facts=_facts(case),
        table=_items(case, tasks),
        after=[*after, REMEDIES],
    )


def _termination(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    assert task is not None
    _enter(
        key,
        case,
        task,
        kind="termination",
        title="终止办理通知书",
        authority=task.department,
        number=_number(task.department, "termination", "终"),
        handed=True,
        paragraphs=[f"你（单位）申请的“{task.item_name}”终止办理。理由：{task.reason}。"],
        facts=_facts(case),
        after=["条件具备后可以重新申请，已经交过的材料可以再用。", REMEDIES],
    )


def _refusal(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    assert task is not None
    item = plan_of(case.revision_id).items[task.item_code]
    word = VERDICTS[item.kind][1]
    _enter(
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
        facts=_facts(case),
        after=[REMEDIES],
    )


def _grant(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
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
    return _enter(
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
    facts = [*_facts(case), ["事项", item.name], ["办理结果", word], ["决定日期", cn(_decided_on(task))]]
    after = []
    if item.result.kind != "none":
        facts.append(["结果", item.result.name])
    if task.result_number:
        facts.append(["编号", task.result_number])
    if item.own_form:
        after.append(f"{item.result.name}由国家统一的系统制作，本通知单只载明编号，不代替{item.result.name}。")
    return _enter(
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


def _delivery(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    window = _window()
    delivery = Delivery.objects.select_related("by").get(pk=payload["round"])
    given = delivery.papers.select_related("document").order_by("id")
    moment = timezone.localtime(delivery.at)
    _enter(
        key,
        case,
        None,
        kind="delivery",
        title="送达回证",
        authority=window,
        number=_number(window, "delivery", "送"),
        facts=[
            *_facts(case),
            ["送达方式", delivery.get_method_display()],
            ["领取人", f"{delivery.collector}（{delivery.relation or '本人'}）"],
            ["送达时间", f"{cn(moment.date())}{moment:%H:%M}"],
            ["送达人", delivery.by.name],
        ],
        table={
            "columns": ["序", "文书、证照", "编号"],
            "widths": [1, 6, 6],
            "rows": [[str(n), p.document.title, p.document.number] for n, p in enumerate(given, 1)],
        },
        after=["领取人签名：____________________"],
    )


MAKERS: dict[str, Callable[[str, Application, Task | None, dict[str, Any]], None]] = {
    "receipt": _receipt,
    "acceptance": _acceptance,
    "correction": _correction,
    "decline": _decline,
    "termination": _termination,
    "decision-grant": _grant,
    "decision-refuse": _refusal,
    "delivery": _delivery,
}
