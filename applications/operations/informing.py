"""通知: what the applicant is told at each turn, once, in plain words, without an identity number."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import Mandate, Person
from applications.models import Application, CaseMaterial, Correction
from foundation.notices.operations import notify
from foundation.outbox.models import Outbox

LONGEST_RELIEF = 300  # characters of what a newer revision drops; the page tells the rest
SENTENCES = {
    "submitted": ("已收到您的申请", "“{matter}”已提交，编号 {number}。{accept_by}前答复是否受理。"),
    "correction": ("材料要补正", "“{matter}”有材料要补，一次列全了，请到“我的办件”查看，也可以到任何一个窗口补。"),
    "correction_due": (
        "补材料的日子快到了",
        "“{matter}”有材料或者栏目要补，{answer_by}前补来。网上补，或者到任何一个窗口；来不及的，请窗口延长。",
    ),
    "event_due": (
        "有事项在等您",
        "“{matter}”有事项要等您先办好一件事才能审，最迟的日子快到了。等什么、哪天以前，请到“我的办件”看；办好了点一下就行，也可以告诉任何一个窗口。",
    ),
    "replanned": ("情形改好了", "“{matter}”按新的情形办，多办哪项、少办哪项，请到“我的办件”看。"),
    "deferred_wrong": ("补来的材料要重交", "“{matter}”里补来的材料有一份不合格，要改什么请到“我的办件”看。"),
    "deferral_due": ("答应后补的材料快到期了", "“{matter}”里答应后补的{owed}，网上传或者送到任何一个窗口都行。"),
    "deferral_extended": ("后补的期限延长了", "“{matter}”里答应后补的{owed}，期限延长一次。"),
    "deferral_broken": (
        "答应后补的材料到期没有来",
        "“{matter}”里{owed}，到期没有补来，部门按现有材料决定。现在补来还收，补齐以前不能再容缺。",
    ),
    "accepted": ("已受理", "“{matter}”已受理，各部门同时在审，承诺 {promised_due}前办结。"),
    "deemed": (
        "视为受理",
        "“{matter}”在受理期限内没有答复，依法视为 {receipt_day}收件当天已经受理，各部门同时在审，承诺 {promised_due}前办结。",
    ),
    "recounted": ("办理的日子有变", "放假安排有变，“{matter}”的日子跟着变：{moved}。"),
    "late": (
        "没有按承诺办完，对不起",
        "“{matter}”承诺 {promised_due}前办结，没有办完，我们道歉，督查已经看到。办到哪里、卡在哪个部门，请到“我的办件”看。",
    ),
    "late_by_law": (
        "超过了法定期限",
        "“{matter}”有事项超过了法定期限没有决定，已记红牌，部门还要接着办完。您可以等决定，也可以依法申请行政复议或者提起行政诉讼，"
        "要求部门履行职责。",
    ),
    "declined": ("不予受理", "“{matter}”不予受理，理由和救济途径见通知书。"),
    "item_declined": ("有事项不予受理", "“{matter}”里有事项不予受理，其余的照常办。理由和救济途径见通知书。"),
    "supplement": (
        "请您补充说明",
        "“{matter}”有部门请您补充说明，内容请到“我的办件”看，在网上答或者到任何一个窗口都行。办理期限不变。",
    ),
    "promise_order": (
        "请按要求整改",
        "“{matter}”里按告知承诺办的事项，核查和承诺不符。怎么改、哪天以前改好，见“我的办件”里的责令整改通知书。",
    ),
    "promise_revoked": (
        "决定撤销了",
        "“{matter}”里按告知承诺办的事项逾期没有整改，决定已经撤销。理由和救济途径见撤销决定书。",
    ),
    "extended": (
        "办理期限延长了",
        "“{matter}”有事项在期限内作不出决定，经部门负责人批准延长一次。为什么、延到哪一天，见“我的办件”里的延长办理期限告知书。",
    ),
    "suspended": (
        "有事项停表等结果",
        "“{matter}”有事项依法要等检验、检测、鉴定一类的结果，期间不计入办理期限。等什么、预计几天，见“我的办件”里的特别程序告知书。",
    ),
    "joint_extended": (
        "整件事的办理上限延长了",
        "“{matter}”由几个部门一起办，在法定上限内办不完，经县政府负责人批准延长一次。为什么、延到哪一天，见“我的办件”里的告知书。",
    ),
    "ended_for_good": (
        "申请终止办理",
        "“{matter}”因申请人不在了，没有办完的终止办理，已经准予的依法注销。理由和救济途径见通知书。",
    ),
    "hearing_offered": (
        "您可以要求听证",
        "“{matter}”有部门作决定以前告知您可以要求听证。为什么、哪天以前提出，见“我的办件”里的听证告知书，也可以到任何一个窗口提出。",
    ),
    "hearing_set": ("听证时间定了", "“{matter}”的听证定了时间和地点，见“我的办件”里的举行听证通知书。"),
    "inspection": (
        "请选核查时间",
        "“{matter}”要到现场看一次，几个部门一起来。请到“我的办件”选时间，也可以打电话请窗口代选。办理期限不因此停。",
    ),
    "inspection_set": ("核查时间定了", "“{matter}”的现场核查定了，几个部门一次来，时间和地点见“我的办件”。"),
    "inspection_soon": (
        "快到核查时间了",
        "“{matter}”约好的现场核查就要到了，请安排人在场。时间、地点和要看什么见“我的办件”；来不了的，请现在改选时间或者打窗口电话。",
    ),
    "inspection_off": ("现场核查取消", "“{matter}”约的现场核查取消了，原因见“我的办件”，不用您做什么。"),
    "rating_answered": (
        "您的评价有了答复",
        "您对“{matter}”的评价已经核实、整改，怎么改的请到“我的办件”里看，工作人员还会给您回电话。",
    ),
    "item_ended": ("有事项终止办理", "“{matter}”里有事项终止办理，理由和救济途径见终止办理通知书；其余的照常办。"),
    "charge": (
        "请您缴费",
        "“{matter}”有事项按规定收费，多少、依据是什么请到“我的办件”看，几笔一次缴清。办理期限不因此停。",
    ),
    "charge_ended": ("费用有变", "“{matter}”有一笔费用撤销或者退还，详情请到“我的办件”看。"),
    "revoked": ("撤销受理", "“{matter}”有事项受理有误，撤销受理。理由、该到哪里办和救济途径见告知书。"),
    "replaced": (
        "证照更正换发",
        "“{matter}”有一张证照我们写错了，已经更正，免费换发，原编号作废。请凭取件码到窗口换领，哪里写错了见“我的办件”里的告知书。",
    ),
    "choice": ("请您选择", "“{matter}”的核心事项没有获准。其余事项是继续办还是撤回，请到“我的办件”选择。"),
    "concluded": ("已全部办结", "“{matter}”已办结：{outcome}。请凭取件码到窗口领取，取件码在“我的办件”里。"),
    "uncollected": (
        "办好的等您领取",
        "“{matter}”办好的文书和证照还没有领。请凭取件码到任何一个窗口领取，也可以请人代领，取件码在“我的办件”里。",
    ),
    "withdrawn": ("已撤回", "“{matter}”已按您的要求撤回，材料可以再用。"),
    "relief": ("要求少了", "“{matter}”{relief}。已经交的、已经定的都不变，详情见“我的办件”。"),
    "merged": ("两件并成一件", "“{matter}”重复提交的两件并成了一件，编号 {number}，收件时间按早的那一件算。"),
    "delivered": ("已领取", "“{matter}”的文书和证照已领取。"),
}


def inform_entry(row: Outbox) -> None:
    """Outbox handler `inform`: tell the principal, and the agent who filed, what has happened. Once each."""
    related = ("matter", "applicant", "agent", "organisation__legal_representative")
    case = Application.objects.select_related(*related).get(pk=row.payload["application"])
    title, sentence = SENTENCES[row.payload["what"]]
    body = sentence.format(
        matter=case.matter.name,
        number=case.number,
        accept_by=_day(case.accept_by),
        promised_due=_day(case.promised_due),
        receipt_day=_day(timezone.localdate(case.receipt_at)),
        outcome=case.get_outcome_display(),
        relief=_relief(case, row.payload.get("round", 0)),
        owed=_owed(row.payload.get("materials", [])),
        answer_by=_day(_answer_by(case)),
        moved=_moved(case, row.payload),
    )
    for person in recipients(case):
        notify(
            recipient_id=person.user_id,
            phone=person.phone,
            title=title,
            body=f"【{settings.PORTAL_NAME}】{body}",
            link=f"/my/{case.number}/",
            dedupe=f"{row.dedupe}:{person.pk}",
        )


def recipients(case: Application) -> list[Person]:
    """The principal (the applicant, the organisation's legal representative) and the agent while a mandate stands.

    E10: what is still pending when a mandate ends goes to the principal alone. Where nobody else is known, the one who
    filed is told all the same.
    """
    representative = case.organisation.legal_representative if case.organisation else None
    people = {one.pk: one for one in (representative, case.applicant, case.agent) if one is not None}
    principal = representative if case.organisation else case.applicant
    if principal is None:
        return list(people.values())
    given = Q(organisation_id=case.organisation_id) if case.organisation else Q(principal_id=principal.pk)
    mandates = Mandate.objects.filter(given, agent_id__in=people)
    standing = set(mandates.in_force(timezone.localdate()).values_list("agent_id", flat=True))
    ended = set(mandates.values_list("agent_id", flat=True)) - standing - {principal.pk}
    return [one for one in people.values() if one.pk not in ended]


def _answer_by(case: Application) -> date | None:
    """The day to answer by of the notice that waits, if one does."""
    waiting = Correction.objects.filter(application=case, answered_at=None)
    return waiting.values_list("answer_by", flat=True).last()


def _relief(case: Application, number: int) -> str:
    """What the revision of this number no longer asks for, as the timeline tells it."""
    text = "".join(line.text for line in case.reliefs() if line.data.get("revision") == number)
    return text if len(text) <= LONGEST_RELIEF else f"{text[: LONGEST_RELIEF - 1]}…"


def _moved(case: Application, payload: dict[str, Any]) -> str:
    """The days of the applicant's that a recount moved, each with its new day."""
    if payload["what"] != "recounted":
        return ""
    rows = case.moved_days.filter(recount=payload["round"], told=True)
    text = "，".join(f"{row.what}改到 {_day(row.after)}" for row in rows)
    return text if len(text) <= LONGEST_RELIEF else f"{text[: LONGEST_RELIEF - 1]}…"


def _owed(materials: list[int]) -> str:
    """Papers promised for later, each with its day; of many, the first and how many."""
    rows = list(CaseMaterial.objects.filter(pk__in=materials).order_by("deferred_until", "position"))
    if not rows:
        return ""
    more = f"等 {len(rows)} 份" if len(rows) > 1 else ""
    return f"“{rows[0].name}”{more}（{_day(rows[0].deferred_until)}前）"


def _day(day: object) -> str:
    return f"{day:%-m 月 %-d 日}" if day else ""
