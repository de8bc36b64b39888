"""Entering a paper in the register and tying it to its case: what all makers of papers share."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from applications.models import Application, CasePaper, Task
from departments.models import Department, Level
from foundation.documents.operations import issue, take_number
from matters.published import plan_of
from matters.words import ItemKind

# 行政复议法 art. 24: the government of the same level; art. 27: who answers to its own superior alone goes there.
REVIEWED_BY = {
    Level.COUNTY: "灌南县人民政府",
    Level.TOWNSHIP: "灌南县人民政府",
    Level.CITY: "连云港市人民政府",
    Level.PROVINCE: "江苏省人民政府",
}
SUBMIT_WORDS = {"original": "原件", "copy": "复印件", "verify": "验原件收复印件", "electronic": "电子件"}


def remedies(authority: Department) -> str:
    """Where and until when to go against what this authority refuses."""
    return (
        f"如不服本决定，可以自收到本通知书之日起六十日内依法向{REVIEWED_BY[Level(authority.level)]}申请行政复议"
        "（税务等实行垂直领导的机关作出的，向其上一级主管机关申请；《中华人民共和国行政复议法》第二十条、第二十四条、第二十七条），"
        "或者自知道之日起六个月内依法向有管辖权的人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。"
    )


def window() -> Department:
    """The authority that runs the combined window."""
    return Department.objects.get(code=settings.WINDOW_AUTHORITY)


def cn(day: date | None) -> str:
    """2026年3月2日, as papers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def cn_moment(moment: datetime) -> str:
    """2026年3月2日09:30 in the county's time."""
    local = timezone.localtime(moment)
    return f"{cn(local.date())}{local:%H:%M}"


def number_of(authority: Department, kind: str, word: str) -> str:
    """The next number of this authority, kind and year; `word` is the sign behind its 文号字."""
    year = timezone.localdate().year
    return take_number(authority=authority.pk, authority_mark=f"{authority.mark}{word}", kind=kind, year=year)


def enter(
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
    to: str = "",
    holder: str = "",
    **data: Any,
) -> CasePaper:
    """Register the paper and tie it to the case. Papers given at intake count as served when they are made."""
    document = issue(
        kind=kind,
        title=title,
        authority=authority.pk,
        number=number,
        subject=case.number,
        holder=holder or case.title,
        template=template,
        sample=settings.DEMO,
        data={
            "authority": authority.name,
            "to": to or case.title,
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


def facts_of(case: Application) -> list[list[str]]:
    """Number, matter, applicant and organisation."""
    facts = [["办件编号", case.number], ["一件事", case.matter.name], ["申请人", case.applicant.name]]
    if case.organisation:
        facts.append(["单位", case.organisation.name])
    return facts


def items_of(case: Application, tasks: list[Task]) -> dict[str, Any]:
    """The table of items, each named by its kind, with authority and legal basis."""
    items = plan_of(case.revision_id).items
    return {
        "columns": ["事项", "类别", "部门", "依据"],
        "widths": [5, 3, 4, 6],
        "rows": [
            [
                t.item_name,
                ItemKind(items[t.item_code].kind).label,
                t.department.name,
                "；".join(items[t.item_code].legal_basis),
            ]
            for t in tasks
        ],
    }
