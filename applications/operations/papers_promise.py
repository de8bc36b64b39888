"""Papers of 告知承诺: 告知承诺书, 责令整改通知书, 撤销决定书."""

from typing import Any

from django.utils import timezone

from applications.models import Application, PromiseCheck, Task
from applications.operations.paper_register import cn, enter, facts_of, number_of, remedies, window
from matters.published import plan_of


def promise(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """告知承诺书: the conditions that the applicant promises to meet, item by item, and what follows if they are not."""
    items = plan_of(case.revision_id).items
    authority = window()
    rows = [[items[code].name, "；".join(items[code].conditions)] for code in case.commitments]
    enter(
        key,
        case,
        None,
        kind="promise",
        title="告知承诺书",
        authority=authority,
        number=number_of(authority, "promise", "承诺"),
        paragraphs=[
            f"申请人办理“{case.matter.name}”，下列事项选择告知承诺，{cn(timezone.localdate(case.submitted_at))}在网上由本人作出："
            "已经知晓下列条件，承诺都符合，所填、所交内容真实。",
        ],
        facts=facts_of(case),
        table={"columns": ["事项", "承诺符合的条件"], "widths": [4, 11], "rows": rows},
        after=[
            "据此当场作出决定，决定以后由审批部门核查。承诺不实的，责令限期整改；逾期不改或者改后仍不符合的，撤销决定，"
            "一定期限内不再适用告知承诺。"
        ],
    )


def fix_order(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """责令整改通知书: what was found, what to put right, until when."""
    assert task is not None
    check = PromiseCheck.objects.get(task=task)
    assert check.fix_by is not None
    enter(
        key,
        case,
        task,
        kind="fix-order",
        title="责令整改通知书",
        authority=task.department,
        number=number_of(task.department, "fix-order", "责改"),
        paragraphs=[
            f"“{task.item_name}”（{task.decision_number}）按你（单位）的告知承诺作出决定。经核查，与承诺不符：{check.facts}",
            f"现责令你（单位）在{cn(check.fix_by)}前整改：{check.fix}",
        ],
        facts=facts_of(case),
        after=["逾期没有整改，或者整改后仍不符合条件的，依法撤销决定。"],
    )


def revocation(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """撤销决定书: what was promised and found, that it was not put right, the remedies."""
    assert task is not None
    check = PromiseCheck.objects.get(task=task)
    enter(
        key,
        case,
        task,
        kind="promise-revocation",
        title="撤销决定书",
        authority=task.department,
        number=number_of(task.department, "promise-revocation", "撤"),
        paragraphs=[
            f"“{task.item_name}”（{task.decision_number}）按你（单位）的告知承诺作出决定。经核查，与承诺不符：{check.facts}",
            f"责令整改期满后：{check.ended_note}",
            "依据《中华人民共和国行政许可法》第六十九条，撤销该决定，据此发放的证照、文书作废。",
        ],
        facts=facts_of(case),
        after=[remedies(task.department)],
    )
