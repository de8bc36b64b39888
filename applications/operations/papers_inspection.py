"""现场核查记录: who came when, what each department found, and that the applicant signed or why not."""

from typing import Any

from applications.models import Application, Inspection, Task
from applications.operations.inspecting import LAW, summary
from applications.operations.paper_register import cn_moment, enter, facts_of, number_of


def inspected(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """One record for all departments of the visit, in the register of the one that led it."""
    visit = Inspection.objects.select_related("lead", "signature").get(pk=payload["round"])
    parts = [part for part in visit.parts.select_related("department") if part.done_at is not None]
    rows = [
        [
            part.department.short_name,
            f"{row['item']}：{row['text']}",
            f"{row['word']}{'。' if row['note'] else ''}{row['note']}",
        ]
        for part in parts
        for row in summary(part)
    ]
    people = [f"{part.department.name}：{'、'.join(part.officers)}" for part in parts]
    remarks = [f"{part.department.short_name}另记：{part.remark}" for part in parts if part.remark]
    photos = sum(part.photos.count() for part in parts)
    assert visit.at is not None and visit.closed_at is not None
    if visit.signature is not None:
        signed = f"申请人已阅看，{cn_moment(visit.closed_at)}在核查人员的屏幕上签字，签字影像指纹{visit.signature.sha256[:16]}。"
    else:
        signed = f"申请人没有签字。原因：{visit.unsigned_reason}"
    enter(
        key,
        case,
        None,
        kind="inspection",
        title="现场核查记录",
        authority=visit.lead,
        number=number_of(visit.lead, "inspection", "核"),
        paragraphs=[f"依据{LAW}，下列部门{cn_moment(visit.at)}在{visit.place}一同核查。", *people],
        facts=facts_of(case),
        table={"columns": ["部门", "看什么", "情况"], "widths": [3, 7, 6], "rows": rows},
        after=[*remarks, f"现场照片{photos}张，存在本件。", signed, "现场核查不停止计算办理期限。"],
    )
