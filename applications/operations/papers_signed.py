"""Papers that the applicant signs: 容缺受理承诺书, 授权委托书, 代填确认单, and the lists of originals kept and given back."""

from typing import Any

from django.utils import timezone

from accounts.models import Mandate
from applications.confirming import code_of_case
from applications.forms.merged import typed_rows
from applications.models import Application, Bundle, BundledPaper, CaseMaterial, Task
from applications.operations.paper_register import cn, cn_moment, enter, facts_of, number_of, window
from applications.operations.papers_intake import deferred_rows
from applications.states import MaterialState
from foundation.masking import mask_id_number
from matters.plan import scheme
from matters.published import plan_of

BY_HAND = "＿＿＿＿年＿＿月＿＿日"


def deferral_promise(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """容缺受理承诺书: the applicant's own promise, to be signed before the window accepts without these papers."""
    authority = window()
    owed = CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED, dropped_by=None)
    enter(
        key,
        case,
        None,
        kind="deferral-promise",
        title="容缺受理承诺书",
        authority=authority,
        number=number_of(authority, "deferral-promise", "诺"),
        by="applicant",
        to=authority.name,
        paragraphs=[
            f"本人（本单位）申请办理“{case.matter.name}”，下列材料暂时不能提交，自愿申请容缺受理，并承诺在下列日期前补齐："
        ],
        facts=facts_of(case),
        table={
            "columns": ["序", "暂缺的材料", "份数", "补齐的最后一天"],
            "widths": [1, 8, 2, 4],
            "rows": deferred_rows(list(owed)),
        },
        after=[
            "一、已经提交的材料真实、有效；补交的材料符合办理要求。",
            "二、到期没有补齐的，同意由审批部门按已有的材料依法作出决定，由此产生的后果由本人（本单位）承担。",
            "三、知道没有按时补齐会被记录；补齐以前，不再适用容缺受理。",
            "四、以上承诺是本人（本单位）真实的意思表示。单位由法定代表人签字或者盖章，不能由代办人代签。",
        ],
        signs=["承诺人（签字、盖章）", "签署日期"],
    )


def mandate(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """授权委托书: who lets whom do what in this case and until when, with the places to sign."""
    authority = window()
    agent = case.agent if case.agent_id != case.applicant_id else None
    held = _mandate(case)
    enter(
        key,
        case,
        None,
        kind="mandate",
        title="授权委托书",
        authority=authority,
        number=number_of(authority, "mandate", "委"),
        by="applicant",
        to=authority.name,
        facts=[
            ["委托人", case.title],
            *([["法定代表人", case.applicant.name]] if case.organisation_id else []),
            ["证件号码", mask_id_number(case.applicant.id_number)],
            ["受托人", agent.name if agent else "＿＿＿＿＿＿"],
            ["受托人证件", mask_id_number(agent.id_number) if agent else "＿＿＿＿＿＿＿＿"],
            ["办件编号", case.number],
            ["一件事", case.matter.name],
            ["委托到", f"{cn(held.valid_until) if held else BY_HAND}（含当日）"],
        ],
        paragraphs=["委托人委托受托人办理下面这一件事，受托人在委托范围内所办的，委托人都承认："],
        after=[
            f"委托的事项和权限：{held.scope if held else '代为提交和补正申请材料、代收文书和证照'}。",
            "受托人不能代为作出告知承诺、容缺承诺，不能转委托；委托人可以随时在网上或者窗口撤销委托。"
            "法律规定申请人应当本人到场的，仍由本人办理（《中华人民共和国行政许可法》第二十九条）。",
        ],
        signs=["委托人（签字、盖章）", "受托人（签字）", "签署日期"],
    )


def _mandate(case: Application) -> Mandate | None:
    """The mandate that the agent holds today of the case's holder, the longest-lasting first."""
    if case.agent_id is None:
        return None
    held = Mandate.objects.in_force(timezone.localdate()).held_by(case.agent_id)
    whose = {"organisation_id": case.organisation_id} if case.organisation_id else {"principal_id": case.applicant_id}
    found: Mandate | None = held.filter(**whose).order_by("-valid_until").first()
    return found


def filled(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """代填确认单: what the window typed for the applicant, to be read, signed, and confirmed by its code."""
    authority = window()
    plan = plan_of(case.revision_id)
    shown = scheme(plan, case.answers, frozenset(case.commitments))
    rows = typed_rows(shown, case.answers, case.form)
    enter(
        key,
        case,
        None,
        kind="filled-form",
        title="代填确认单",
        authority=authority,
        number=number_of(authority, "filled-form", "填"),
        paragraphs=[
            "下面的内容由窗口按申请人说的代为填写，不收费。请逐栏核对；有不对的，请当场指出，改好重新打印，不要在旧的上签字。"
        ],
        facts=[*facts_of(case), ["确认码", code_of_case(case)]],
        table={"columns": ["栏目", "填写的内容"], "widths": [4, 9], "rows": rows},
        after=["本人已经核对，上面的内容与本人所说一致。告知承诺、容缺承诺不在代填之内，由申请人本人另行签署。"],
        signs=["申请人（签字）", "代填人（签字）", "签署日期"],
    )


def originals(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """原件收存清单 and 原件退还清单: the originals of one bag as they change hands, signed by both sides."""
    authority = window()
    bundle = Bundle.objects.get(pk=payload["round"])
    back = payload["kind"] == "originals-back"
    papers = BundledPaper.objects.filter(bundle=bundle).select_related("material")
    rows = [[str(n), p.material.name, str(p.pieces)] for n, p in enumerate(papers, 1)]
    when = bundle.returned_at if back else bundle.made_at
    assert when is not None
    enter(
        key,
        case,
        None,
        kind=payload["kind"],
        title="原件退还清单" if back else "原件收存清单",
        authority=authority,
        number=number_of(authority, payload["kind"], "退" if back else "存"),
        paragraphs=[
            "下列原件退还你（单位），请当面清点。"
            if back
            else "窗口收存你（单位）的下列原件，用完退还。原件在哪里，凭办件编号随时可以问窗口。"
        ],
        facts=[*facts_of(case), ["材料袋", bundle.code], ["退还时间" if back else "收存时间", cn_moment(when)]],
        table={"columns": ["序", "原件", "件数"], "widths": [1, 12, 2], "rows": rows},
        signs=["领回人（签字）" if back else "交件人（签字）", "窗口（签字）"],
    )
