"""Papers of intake: 收件凭证, 受理通知书, 容缺受理通知书, 不予受理通知书, 补正材料告知书, 更正告知书."""

from typing import Any

from django.utils import timezone

from applications.models import Application, CaseMaterial, CasePaper, Correction, FieldFix, Task
from applications.operations.paper_register import (
    SUBMIT_WORDS,
    cn,
    cn_moment,
    enter,
    facts_of,
    items_of,
    number_of,
    remedies,
    window,
)
from applications.states import Channel, MaterialState, TaskState
from departments.access import actor_for
from departments.models import Hall
from matters.published import plan_of
from matters.words import ItemKind

NO_PAPERS = (MaterialState.NOT_APPLICABLE, MaterialState.EXEMPT)


def receipt(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """申请材料收件凭证 (行政许可法 art. 32): number, time, each paper as it was taken in, who took it, until when we answer."""
    authority = window()
    counts: dict[str, int] = {}
    for code in case.files.values_list("material_code", flat=True):
        counts[code] = counts.get(code, 0) + 1
    materials = CaseMaterial.objects.filter(application=case, dropped_by=None)
    rows = [
        [str(n), m.name, SUBMIT_WORDS.get(m.submit, m.submit), str(m.copies), _taken(m, counts, case)]
        for n, m in enumerate(materials, 1)
    ]
    enter(
        key,
        case,
        None,
        kind="receipt",
        title="申请材料收件凭证",
        authority=authority,
        number=number_of(authority, "receipt", "收"),
        facts=[
            *facts_of(case),
            ["收件时间", cn_moment(case.receipt_at)],
            ["收件人", case.received_by.name if case.received_by else "网上受理系统"],
            ["收件地点", _desk(case)],
            ["查询码", f"{case.query_code}（凭编号和查询码，不登录也能查进度）"],
        ],
        table={"columns": ["序", "材料", "方式", "份数", "收到的"], "widths": [1, 8, 4, 1.6, 5], "rows": rows},
        after=[
            f"本窗口将在{cn(case.accept_by)}前告知受理、不予受理或者需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理"
            "（《中华人民共和国行政许可法》第三十二条）。本凭证不收费。"
        ],
    )


def _desk(case: Application) -> str:
    """Hall and counter of who took it in."""
    if case.received_by is None:
        return "网上"
    clerk = actor_for(case.received_by)
    hall = Hall.objects.filter(pk=clerk.hall).values_list("name", flat=True).first() or "综合窗口"
    return f"{hall}{clerk.counter}号窗口" if clerk.counter else hall


def _taken(material: CaseMaterial, files: dict[str, int], case: Application) -> str:
    """What of this paper has been taken in: original seen, copies kept, files; or that it is still to come."""
    if material.state == MaterialState.EXEMPT:
        return "带来核验" if material.submit in ("verify", "original") else "免交"
    if material.state == MaterialState.NOT_APPLICABLE:
        return "不涉及"
    if material.state == MaterialState.DEFERRED:
        return f"容缺，{cn(material.deferred_until)}前补" if material.deferred_until else "容缺"
    found = ["原件已核"] if material.original_seen_at else []
    if material.copies_kept:
        found.append(f"留复印件 {material.copies_kept} 份")
    if material.material_code in files:
        found.append(f"电子件 {files[material.material_code]} 个")
    if found:
        return "，".join(found)
    return "还没有交" if case.channel == Channel.ONLINE else "纸质，待核验"


def acceptance(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """受理通知书: of the whole case in one envelope, or of one item that is accepted on its own."""
    if task is not None:
        _own_acceptance(key, case, task)
        return
    authority = window()
    first = case.tasks.filter(added_on=None, dropped=False).exclude(
        state__in=(TaskState.PENDING, TaskState.DECLINED, TaskState.VOID)
    )
    tasks = list(first.select_related("department").order_by("position"))
    accepted = [t for t in tasks if not t.own_acceptance]
    later = [t for t in tasks if t.own_acceptance]
    after = [f"全部事项承诺在{cn(case.promised_due)}前办结。"]
    if later:
        after.append(
            f"{'、'.join(t.item_name for t in later)}现在先行预审，前置事项获准后自动受理，另发受理通知书，上述办结日期不变。"
        )
    after.append(_bases(case, accepted or tasks))
    after.append("受理和审查不收费；依法收费的事项另发缴款通知，按国家规定的标准收取。")
    opening = (
        f"你（单位）{cn(timezone.localdate(case.receipt_at))}提交的“{case.matter.name}”申请，"
        + (
            "本窗口在受理期限内没有答复，依法自收到申请材料之日起即为受理。"
            if case.deemed
            else "材料齐全、符合法定形式，"
        )
        + f"{_basis(accepted or tasks)}，于{cn(case.accepted_on)}受理下列事项："
    )
    enter(
        key,
        case,
        None,
        kind="acceptance",
        title="受理通知书",
        authority=authority,
        number=number_of(authority, "acceptance", "受"),
        paragraphs=[opening],
        facts=facts_of(case),
        table=_due_items(accepted or tasks),
        after=after,
    )
    _deferral(f"deferral:{key}", case)


def _basis(tasks: list[Task]) -> str:
    """行政许可法 binds permits alone; of other kinds the item's own basis is named."""
    law = "《中华人民共和国行政许可法》第三十二条和" if any(t.kind == "permit" for t in tasks) else ""
    return f"根据{law}各事项的办理依据"


def _due_items(tasks: list[Task]) -> dict[str, Any]:
    """Items with kind, authority and both due days (K2 by law, K3 promised)."""
    rows = [
        [
            t.item_name,
            ItemKind(t.kind).label,
            t.department.name,
            cn(t.statutory_due) or "没有规定",
            cn(t.due),
        ]
        for t in tasks
    ]
    columns = ["事项", "类别", "部门", "法定办结日", "承诺办结日"]
    return {"columns": columns, "widths": [4.3, 2.1, 3.4, 3.2, 3.2], "rows": rows}


def _bases(case: Application, tasks: list[Task]) -> str:
    items = plan_of(case.revision_id).items
    return (
        "各事项的依据："
        + "；".join(f"{t.item_name}，{'、'.join(items[t.item_code].legal_basis)}" for t in tasks)
        + "。"
    )


def _own_acceptance(key: str, case: Application, task: Task) -> None:
    why = "前置事项已经获准" if task.own_acceptance else "因你（单位）改变情形而新增"
    if case.ready_first_at and not task.own_acceptance:
        why = "材料已经补齐"
    enter(
        key,
        case,
        task,
        kind="acceptance",
        title="受理通知书",
        authority=task.department,
        number=number_of(task.department, "acceptance", "受"),
        paragraphs=[f"“{case.matter.name}”中的下列事项，{why}，{_basis([task])}，于{cn(task.accepted_on)}受理："],
        facts=facts_of(case),
        table=_due_items([task]),
        after=[_bases(case, [task])],
    )


def _deferral(key: str, case: Application) -> None:
    """容缺受理通知书, beside the acceptance: what follows later, until when, and what happens otherwise."""
    owed = CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED, dropped_by=None)
    rows = deferred_rows(list(owed))
    if not rows or CasePaper.objects.filter(key=key).exists():
        return
    authority = window()
    enter(
        key,
        case,
        None,
        kind="deferral",
        title="容缺受理通知书",
        authority=authority,
        number=number_of(authority, "deferral", "容"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”，主要材料齐全、符合法定形式，下列材料暂缺。根据你（单位）的书面承诺，本窗口先予受理，"
            "各部门先行审查。请在下列日期前补齐："
        ],
        facts=facts_of(case),
        table={"columns": ["序", "暂缺的材料", "份数", "补齐的最后一天"], "widths": [1, 8, 2, 4], "rows": rows},
        after=[
            "可以在网上补，也可以到本县任何一个综合窗口补。到期没有补来的，由审批部门按已有的材料依法作出决定；"
            "没有补齐以前，不再适用容缺受理。因不可抗力不能按时补齐的，请在到期前告诉窗口，可以延长一次。"
        ],
    )


def deferred_rows(owed: list[CaseMaterial]) -> list[list[str]]:
    """No., name, copies, last day of each paper that follows later."""
    return [[str(n), m.name, str(m.copies), cn(m.deferred_until)] for n, m in enumerate(owed, 1)]


def correction(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """补正材料告知书: everything at once, merged by paper or field, how to put it right and who asks."""
    authority = window()
    notice = Correction.objects.get(application=case, round=payload["round"])
    enter(
        key,
        case,
        None,
        kind="correction",
        title="补正材料告知书",
        authority=authority,
        number=number_of(authority, "correction", "补"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”，申请材料不齐全或者不符合法定形式。根据《中华人民共和国行政许可法》"
            "第三十二条第一款第（四）项，现将需要补正的全部内容一次告知如下："
        ],
        facts=facts_of(case),
        table={
            "columns": ["序", "材料或者栏目", "怎么补、怎么改", "谁要求的"],
            "widths": [1, 4, 7, 4],
            "rows": merged_asks(notice.asks),
        },
        after=[
            (f"请在{cn(notice.answer_by)}前补来，来不及可以请窗口延长。" if notice.answer_by else "")
            + "补来以前的时间不算办理时间；收到补正材料之日起重新计算受理期限，窗口只看上面这几处。",
            "可以在网上补，也可以到本县任何一个综合窗口补。上面没有写到的，以后不再作为补正要求；看不明白的，请打下面的电话。",
        ],
    )


def merged_asks(asks: list[dict[str, Any]]) -> list[list[str]]:
    """One row a paper or field, however many departments ask for it. Pure."""
    rows: dict[tuple[str, str], tuple[str, list[str], list[str]]] = {}
    for ask in asks:
        place = ("field", str(ask["field"])) if "field" in ask else ("material", str(ask.get("material", "")))
        _, texts, departments = rows.setdefault(place, (f"{ask['name']}{'（表里的一栏）' * ('field' in ask)}", [], []))
        texts.append(str(ask["text"]))
        departments.extend(ask["departments"])
    return [
        [str(n), name, "；".join(dict.fromkeys(texts)), "、".join(dict.fromkeys(departments)) or "综合窗口"]
        for n, (name, texts, departments) in enumerate(rows.values(), 1)
    ]


def decline(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """不予受理通知书: the reason, the right authority, and where to go against it."""
    authority = task.department if task else window()
    tasks = [task] if task else list(case.tasks.select_related("department").order_by("position"))
    where = payload.get("authority") or ""
    permit = any(ItemKind(t.kind) == ItemKind.PERMIT for t in tasks)
    law = "根据《中华人民共和国行政许可法》第三十二条，" if permit else "根据各事项的办理依据，"
    enter(
        key,
        case,
        task,
        kind="decline",
        title="不予受理通知书",
        authority=authority,
        number=number_of(authority, "decline", "不受"),
        paragraphs=[
            f"你（单位）{cn(timezone.localdate(case.receipt_at))}提交的“{case.matter.name}”中的下列事项，经审查，{law}不予受理。",
            f"理由：{task.reason if task else case.reason}",
            *([f"这件事由{where}办理，请向{where}提出申请。"] if where else []),
        ],
        facts=facts_of(case),
        table=items_of(case, tasks),
        after=["交来的原件全部退还，另有退还清单。", remedies(authority)],
    )


def fixed(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """更正告知书: what was put right in the form at the window, before and after (art. 32, first paragraph, no. 3)."""
    authority = window()
    rows = [
        [str(n), fix.label, str(fix.change[0] or "没有填"), str(fix.change[1] or "没有填"), cn_moment(fix.at)]
        for n, fix in enumerate(FieldFix.objects.filter(application=case), 1)
    ]
    enter(
        key,
        case,
        None,
        kind="fix",
        title="更正告知书",
        authority=authority,
        number=number_of(authority, "fix", "更"),
        paragraphs=[
            f"你（单位）申请的“{case.matter.name}”，申请表中有可以当场更正的错误。根据《中华人民共和国行政许可法》第三十二条第一款第（三）项，"
            "已经由你（单位）当场更正，更正的内容如下，请核对后签字："
        ],
        facts=facts_of(case),
        table={
            "columns": ["序", "栏目", "更正前", "更正后", "时间"],
            "widths": [1, 3.4, 4.4, 4.4, 3.4],
            "rows": rows,
        },
        signs=["申请人（签字）", "经办人（签字）"],
    )
