"""提交: a draft becomes a case. In one transaction: plan, validate, number, case, tasks, materials, event, outbox."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications.clocks import acceptance_due
from applications.confirming import check, needs_sheet
from applications.duplicates import place_index, same_before
from applications.filling import faults, kept
from applications.joining import is_pre_review, results_awaited
from applications.models import Application, CaseMaterial, Draft, MaterialFile, PaperReceipt, Task
from applications.numbers import case_number, query_code
from applications.operations.drafting import lock_draft
from applications.operations.helping import helps
from applications.operations.placing import towns_for
from applications.operations.recording import event, inform, paper, record
from applications.states import OFFERED_HANDOVER, Channel, MaterialState, SignedHow
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.numbers.operations import take
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_datetime
from matters.plan import Scheme, missing_answers, scheme
from matters.published import current_plan


class FormFaults(Refused):
    """The form cannot be submitted yet; `faults` maps field codes to sentences."""

    def __init__(self, found: dict[str, str]) -> None:
        super().__init__(f"有 {len(found)} 处要改")
        self.faults = found


@transaction.atomic
def submit(
    *,
    actor: Actor,
    draft_id: UUID,
    version: int | None = None,
    handover: str = "",
    duplicate_reason: str = "",
    confirmation: str = "",
    on_paper: PaperReceipt | None = None,
) -> Application:
    """File the draft as a case and return it; a second call returns the first case.

    `version`: what the applicant saw when signing; `handover`: how the results are to be given, empty for the draft's;
    `duplicate_reason`: why, where the same already runs or holds (重复申请), else it is not kept. `confirmation`: the code
    of the signed 代填确认单, where the window typed for somebody without a phone. `on_paper`: the locked number on which it
    was taken in and signed while the portal was down; the case was received then.
    Raises Draft.DoesNotExist, FormFaults, Conflict (changed since it was seen), NotAllowed (mandate ended), Refused
    (unanswered questions, no real name, an agent where the applicant has to come, a duplicate without a reason). Missing papers never stop a filing: 《行政许可法》第三十二条 has them told,
    not locked out.
    """
    draft = lock_draft(actor, draft_id, "递交")
    if draft.application_id is not None:
        return Application.objects.get(pk=draft.application_id)
    if version is not None and version != draft.version:
        raise Conflict("这份申请在别的页面改过，请再核对一遍新的内容。")
    _still_may_act(actor, draft)
    if handover:
        if handover not in OFFERED_HANDOVER:
            raise Refused("请选一种取件方式。", "handover")
        draft.handover = handover
    revision_id, _, plan = current_plan(draft.matter_id)
    if missing_answers(plan, draft.answers):
        raise Refused("还有情形没有选，选完才知道要办哪几项。", "answers")
    if draft.applicant is None:
        raise Refused("还没有核对申请人的姓名和身份证。", "applicant")
    scheme_ = scheme(plan, draft.answers, frozenset(draft.commitments))
    _in_person(draft, scheme_)
    found = faults(scheme_, draft.form)
    if found:
        raise FormFaults(found)
    _not_on_paper(draft, on_paper)
    sheet = on_paper is None and needs_sheet(draft)
    if sheet:
        check(draft, kept(scheme_, draft.form), confirmation)
    why = _not_twice(draft, scheme_, actor, duplicate_reason.strip()[:300])
    case = _open_case(draft, revision_id, scheme_, why, SignedHow.PAPER if sheet else "", on_paper)
    Task.objects.bulk_create(tasks_of(case, scheme_))
    CaseMaterial.objects.bulk_create(materials_of(case, scheme_))
    MaterialFile.objects.filter(draft=draft).update(application=case)
    Draft.objects.filter(pk=draft.pk).update(application=case, form={})
    where = "网上" if case.channel == Channel.ONLINE else "窗口"
    if helps(draft, actor):
        where = f"帮办员{actor.name}代{draft.applicant.name}在网上"
    if sheet:
        where = "窗口代填，申请人签了代填确认单，"
    if on_paper is not None:
        where = f"停电断网时{cn_datetime(on_paper.received_at)}在窗口用纸质编号 {on_paper.number} "
    why = f"已有同样的，另办一件的原因：{why}" if why else ""
    record([event(case, "submitted", f"{where}提交申请，编号 {case.number}", actor, note=why)])
    put(
        inform("submitted", case),
        *([paper("filled-form", case, round=1)] if sheet else []),
        *([paper("promise", case)] if case.commitments else []),
    )
    return case


def _not_on_paper(draft: Draft, on_paper: PaperReceipt | None) -> None:
    """What waits as a paper receipt becomes a case by the second person alone, with its true time of receipt."""
    if on_paper is None and draft.channel == Channel.WINDOW:
        waiting = PaperReceipt.objects.filter(draft=draft).values_list("number", flat=True).first()
        if waiting:
            raise Conflict(f"这份是纸质编号 {waiting} 的补录，等另一位窗口人员复核，不能另外提交。")


def _still_may_act(actor: Actor, draft: Draft) -> None:
    """A mandate that ended or was revoked since the draft was begun files nothing (E10)."""
    if actor.clerk:
        return
    if draft.organisation_id is not None and draft.organisation_id not in actor.organisations_for(draft.matter_id):
        raise NotAllowed("这个单位给您的委托已经到期或者撤销，不能再替它提交。")
    acts_for = {None, actor.person_id, *actor.principals_for(draft.matter_id)}
    if draft.applicant_id not in acts_for:
        raise NotAllowed("申请人给您的委托已经到期或者撤销，不能再替他提交。")


def _in_person(draft: Draft, scheme_: Scheme) -> None:
    """An item for which the applicant has to come in person (本人到场) is not filed by an agent. 《行政许可法》第二十九条第二款.

    The legal representative is the company itself and nobody's agent. 《民法典》第六十一条第二款.
    """
    company = draft.organisation
    if draft.agent_id is None or (company is not None and company.legal_representative_id == draft.agent_id):
        return
    for step in scheme_.steps:
        presence = step.item.presence
        if presence and presence.times and "本人" in presence.who:
            why = f"（{presence.reason}）" if presence.reason else ""
            raise Refused(f"“{step.item.name}”要{presence.who}到场{why}，不能由别人代办，请申请人自己来办。", "agent")


def _not_twice(draft: Draft, scheme_: Scheme, actor: Actor, reason: str) -> str:
    """The reason to keep, empty where nothing is there before."""
    before = same_before(draft, scheme_, actor, timezone.localdate())
    if before and not reason:
        known = next((f"（编号 {one.number}）" for one in before if one.visible), "")
        what = "已经办好、还在有效期里" if all(one.held for one in before) else "已经在办"
        raise Refused(f"同样的事在同一个地方{what}{known}。确实要另办一件，请写明原因。", "duplicate")
    return reason if before else ""


def _open_case(
    draft: Draft,
    revision_id: int,
    scheme_: Scheme,
    duplicate_reason: str,
    confirmed_how: str,
    on_paper: PaperReceipt | None,
) -> Application:
    received = (on_paper and on_paper.received_at) or timezone.now()
    day = timezone.localdate()
    serial = take(f"case:{day:%Y%m%d}")
    organisation, applicant = draft.organisation, draft.applicant
    assert applicant is not None
    return Application.objects.create(
        number=case_number(day, serial, "Y"),
        matter=draft.matter,
        revision_id=revision_id,
        owner_id=draft.owner_id,
        applicant=applicant,
        organisation=organisation,
        agent_id=draft.agent_id,
        title=organisation.name if organisation else applicant.name,
        channel=draft.channel,
        answers=draft.answers,
        commitments=sorted(scheme_.commitments),
        form=kept(scheme_, draft.form),
        handover=draft.handover,
        place_index=place_index(scheme_.plan, draft.form),
        duplicate_reason=duplicate_reason,
        confirmed_how=confirmed_how,
        paper_number=on_paper.number if on_paper else "",
        query_code=on_paper.query_code if on_paper else query_code(),
        submitted_at=received,
        receipt_at=received,
        accept_by=acceptance_due(timezone.localdate(received), current_calendar()),
    )


def tasks_of(case: Application, scheme_: Scheme) -> list[Task]:
    """The tasks of the case under the scheme, in its order, not saved."""
    departments = scheme_.plan.departments
    dependents = [(step.item.department, step.starts_after) for step in scheme_.steps]
    towns, results = towns_for(case, scheme_), _results_awaited(scheme_)
    return [
        Task(
            application=case,
            item_code=step.item.code,
            item_name=step.item.name,
            kind=step.item.kind,
            department_id=step.item.department,
            town_id=towns.get(step.item.code),
            position=position,
            essential=step.essential,
            committed=step.item.code in scheme_.commitments,
            pre_review=is_pre_review(
                step.item.department, dependents, step.item.code, departments[step.item.department].parent or ""
            ),
            after=list(step.after),
            starts_after=list(step.starts_after),
            results_from=list(results[step.item.code]),
            own_days=step.own_days,
            statutory_days=step.item.statutory_days,
            calendar_days=step.item.clock.calendar_days,
            event=step.starts_on.event if step.starts_on else "",
            event_days=step.starts_on.within_days if step.starts_on else 0,
        )
        for position, step in enumerate(scheme_.steps)
    ]


def _results_awaited(scheme_: Scheme) -> dict[str, tuple[str, ...]]:
    asked: dict[str, list[str]] = {step.item.code: [] for step in scheme_.steps}
    for material in scheme_.materials:
        if source := material.supplied_by_step:
            for code in material.used_by:
                asked[code].append(source)
    return results_awaited({step.item.code: step.waits_for for step in scheme_.steps}, asked)


def materials_of(case: Application, scheme_: Scheme) -> list[CaseMaterial]:
    """A row for each paper of the scheme that no step of it supplies, in its order, not saved."""
    return [
        CaseMaterial(
            application=case,
            position=position,
            material_code=material.spec.code,
            name=material.spec.name,
            submit=material.submit,
            copies=material.copies,
            deferrable=material.need == "deferrable",
            used_by=list(material.used_by),
            state=MaterialState.AWAITING if material.counted else MaterialState.EXEMPT,
        )
        for position, material in enumerate(scheme_.materials)
        if material.supplied_by_step is None
    ]
