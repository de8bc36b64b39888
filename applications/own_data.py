"""我的数据: a copy of everything the portal holds about a person (《个人信息保护法》第四十五条), for that person alone."""

from typing import Any

from accounts.models import Mandate, Organisation, Person
from applications.filling import kept
from applications.looked import as_rows, looked_at_person
from applications.models import Application, Draft, Event, MaterialFile
from departments.access import Actor
from foundation.notices.models import Notice
from matters.plan import scheme
from matters.published import plan_of
from visits.own_data import bookings_of


def copy_of(actor: Actor) -> dict[str, Any]:
    """Person, organisations, mandates, drafts, cases, bookings and notices of whoever asks, as JSON takes it.

    Names stand as keys, so that it can be read without the portal. Cases are those of 我的办件.
    """
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    cases = Application.objects.of_person(actor).select_related("matter").order_by("id")
    drafts = Draft.objects.filter(owner_id=actor.user_id, application=None).select_related("matter")
    return {
        "本人": _person(person) if person else None,
        "单位": list(Organisation.objects.filter(legal_representative=person).values("name", "uscc")) if person else [],
        "委托": [_mandate(one) for one in _mandates(person)] if person else [],
        "草稿": [
            {"办什么": one.matter.name, "开始": _time(one.created_at), "情形": one.answers, "填的表": one.form}
            for one in drafts
        ],
        "办件": [_case(case) for case in cases],
        "预约": bookings_of(actor),
        "谁看过我的资料": as_rows(looked_at_person(actor)),
        "通知": [
            {"时间": _time(n.created_at), "标题": n.title, "内容": n.body}
            for n in Notice.objects.filter(recipient_id=actor.user_id, channel="inbox").order_by("id")
        ],
    }


def _time(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _person(person: Person) -> dict[str, str]:
    return {
        "姓名": person.name,
        "证件类型": person.get_id_type_display(),
        "证件号码": person.id_number,
        "手机": person.phone,
        "联系地址": person.address,
        "登记时间": _time(person.created_at),
        "窗口改过的姓名": "；".join(
            f"{_time(one.at)} {one.before} 改成 {one.after}：{one.seen}" for one in person.name_changes.all()
        ),
    }


def _mandates(person: Person) -> list[Mandate]:
    given = Mandate.objects.filter(principal=person) | Mandate.objects.filter(agent=person)
    return list(given.select_related("principal", "organisation", "agent").order_by("id"))


def _mandate(mandate: Mandate) -> dict[str, str]:
    return {
        "委托人": str(mandate.organisation or mandate.principal),
        "受托人": str(mandate.agent),
        "权限": mandate.scope,
        "有效期至": mandate.valid_until.isoformat(),
        "撤销时间": _time(mandate.revoked_at),
    }


def _case(case: Application) -> dict[str, Any]:
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    labels = {field.spec.code: field.spec.label for field in found.fields}
    files = MaterialFile.objects.filter(application=case).select_related("file")
    return {
        "编号": case.number,
        "办什么": case.matter.name,
        "办事人": case.title,
        "状态": case.get_state_display(),
        "递交": _time(case.submitted_at),
        "填的表": {labels.get(code, code): value for code, value in kept(found, case.form).items()},
        "材料": list(case.materials.values("name", "state", "note")),
        "当场更正": [
            {"栏目": fix.label, "更正前": fix.change[0], "更正后": fix.change[1], "时间": _time(fix.at)}
            for fix in case.field_fixes.all()
        ],
        "容缺逾期": [
            {"材料": one.material.name, "答应的日子": one.promised_for.isoformat(), "补齐": _time(one.repaired_at)}
            for one in case.breaches.select_related("material")
        ],
        "文件": [{"名称": f.file.name, "大小（字节）": f.file.size, "哈希": f.file.sha256} for f in files],
        "文书": [str(paper.document.title) for paper in case.papers.select_related("document").order_by("id")],
        "经过": [{"时间": _time(e.at), "事情": e.text} for e in Event.objects.filter(application=case)],
    }
