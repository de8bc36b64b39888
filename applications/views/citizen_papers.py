"""再交材料: papers nobody has looked at yet, those promised for later (容缺), and what a department asks to be explained."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from applications import access
from applications.forms.merged import users_of
from applications.models import Application, Approval, CaseMaterial, MaterialFile
from applications.operations import added_files, correcting, deferring, supplementing
from applications.operations.correcting import OpenPaper, open_papers
from applications.operations.supplementing import open_supplements
from applications.states import BEFORE_ACCEPTANCE, MaterialState, SignedHow
from applications.tracking import owed_until
from applications.views.citizen_door import own_case
from applications.views.citizen_materials import attach_each
from applications.views.door import by_htmx, personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.plan import scheme
from matters.published import plan_of

Faults = dict[str, list[str]]


@personal
@require_safe
def papers(request: ActorRequest, number: str) -> HttpResponse:
    """Everything that may still be added without being asked."""
    return _page(request, own_case(request, number), {})


def _page(
    request: ActorRequest, case: Application, faults: Faults, status: int = 200, refused: str = ""
) -> HttpResponse:
    """`refused`: why the promise or the explanation was not taken."""
    handed_in = CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED, handed_in_at__isnull=False)
    unsigned = deferring.unsigned(CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED))
    promising = {
        "unsigned": unsigned if case.state in BEFORE_ACCEPTANCE else [],
        "own_promise": access.is_principal(case, request.actor),
        "refused": refused,
    }
    context = {
        "case": case,
        **promising,
        "asks": asks_of(case, faults),
        "supplements": [(one, _papers_of(case, one, faults)) for one in open_supplements(case)],
        "answering": max(0, posted_number(request, "approval")) if refused else 0,
        "typed": posted(request, "answer", 2000),
        "handed_in": handed_in,
        "open": True,
        **_doors(case),
    }
    return render(request, "applications/citizen/papers.html", context, status=status)


def _doors(case: Application) -> dict[str, str]:
    return {
        "attach_url": reverse("papers-attach", args=[case.number]),
        "detach_url": reverse("papers-detach", args=[case.number]),
        "turn_url": reverse("papers-turn", args=[case.number]),
        "join_url": reverse("papers-join", args=[case.number]),
    }


def asks_of(case: Application, faults: Faults) -> list[dict[str, Any]]:
    """The open papers as the page shows them: what for, what was filed before, what was added since."""
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    files = list(case.files.select_related("file"))
    return [_ask(one, found, files, faults) for one in open_papers(case).values()]


def files_around(files: Iterable[MaterialFile], code: str, asked_at: datetime) -> dict[str, list[MaterialFile]]:
    """The files of one paper: `before` it was asked for, which stay as they are, and `added` since."""
    mine = [file for file in files if file.material_code == code]
    return {
        "before": [file for file in mine if file.added_at < asked_at],
        "added": [file for file in mine if file.added_at >= asked_at],
    }


def _ask(one: OpenPaper, found: Any, files: list[MaterialFile], faults: Faults) -> dict[str, Any]:
    row = one.material
    return {
        "material": row.material_code,
        "name": row.name,
        "text": owed_until(row) if one.deferred else "窗口还没有看，可以先传",
        "note": row.note if one.deferred else "",
        "departments": users_of(found, [code for code in row.used_by if code in found.plan.items]),
        **files_around(files, row.material_code, one.since),
        "faults": faults.get(row.material_code, []),
        "deferred": one.deferred,
    }


def _papers_of(case: Application, approval: Approval, faults: Faults) -> list[dict[str, Any]]:
    """The papers that a 补充说明 asks about, as `asks_of` gives those that are open anyway."""
    codes = {ask["material"]: ask for ask in approval.asks if "material" in ask}
    assert approval.decided_at is not None and approval.task is not None
    files = [file for file in case.files.select_related("file") if file.material_code in codes] if codes else []
    return [
        {
            "material": code,
            "name": ask["name"],
            "text": ask["text"],
            "departments": [approval.task.department.short_name],
            **files_around(files, code, approval.decided_at),
            "faults": faults.get(code, []),
        }
        for code, ask in codes.items()
    ]


def attached(request: ActorRequest, case: Application, code: str) -> tuple[list[str], int]:
    """Store the sent files for one paper of the case; good ones are kept beside a refused one. Faults and status."""

    def keep(*, upload: BinaryIO, name: str) -> MaterialFile:
        return correcting.attach_to_case(
            actor=request.actor, number=case.number, material_code=code, upload=upload, name=name
        )

    return attach_each(request.FILES.getlist("files"), keep)


def detached(request: ActorRequest, case: Application) -> tuple[list[str], int]:
    """Take back the named file. One that is gone already, by a double click or in another tab, is what was wanted."""
    try:
        correcting.detach_from_case(actor=request.actor, number=case.number, file_id=posted_number(request, "file"))
    except MaterialFile.DoesNotExist:
        return [], 200
    except Refused as refusal:
        return [refusal.message], status_of(refusal)
    return [], 200


def turned(request: ActorRequest, case: Application) -> tuple[list[str], int]:
    """Turn the named file. One that is gone meanwhile cannot be turned any more."""
    try:
        added_files.turn_added(actor=request.actor, number=case.number, file_id=posted_number(request, "file"))
    except MaterialFile.DoesNotExist:
        return ["这个文件刚才删掉了，请看新的。"], 409
    except Refused as refusal:
        return [refusal.message], status_of(refusal)
    return [], 200


def joined(request: ActorRequest, case: Application, code: str) -> tuple[list[str], int]:
    """One PDF of the files added to one paper."""
    try:
        added_files.join_added(actor=request.actor, number=case.number, material_code=code)
    except Refused as refusal:
        return [refusal.message], status_of(refusal)
    return [], 200


@personal
@require_POST
@takes_files()
def attach(request: ActorRequest, number: str) -> HttpResponse:
    """Store files for one open paper."""
    case, code = own_case(request, number), posted(request, "material", 80)
    return _answer(request, case, code, *attached(request, case, code))


@personal
@require_POST
def detach(request: ActorRequest, number: str) -> HttpResponse:
    """Take back a file added since the paper became open."""
    case = own_case(request, number)
    return _answer(request, case, posted(request, "material", 80), *detached(request, case))


@personal
@require_POST
def turn(request: ActorRequest, number: str) -> HttpResponse:
    case = own_case(request, number)
    return _answer(request, case, posted(request, "material", 80), *turned(request, case))


@personal
@require_POST
def join(request: ActorRequest, number: str) -> HttpResponse:
    case, code = own_case(request, number), posted(request, "material", 80)
    return _answer(request, case, code, *joined(request, case, code))


def _answer(request: ActorRequest, case: Application, code: str, faults: list[str], status: int) -> HttpResponse:
    if not by_htmx(request):
        if faults:
            return _page(request, case, {code: faults}, status)
        return redirect(f"{reverse('open-papers', args=[case.number])}#m-{code}")
    shown = asks_of(case, {code: faults})
    for one in open_supplements(case):
        shown += _papers_of(case, one, {code: faults})
    ask = next((one for one in shown if one["material"] == code), None)
    if ask is None:  # looked at meanwhile, or never open: the place on the page says so
        sentence = "".join(faults) or "这份材料现在不收新的文件，请刷新后再看。"
        gone = format_html(
            '<li class="drop"><p class="field field-error"><span class="wrong">{}</span></p></li>', sentence
        )
        return HttpResponse(gone, status=status if faults else 409)
    context = {"case": case, "ask": ask, "open": True, **_doors(case)}
    return render(request, "applications/citizen/_ask.html", context, status=status)


@personal
@require_POST
def supplement(request: ActorRequest, number: str) -> HttpResponse:
    """补充说明: the applicant's words, with the files sent before them."""
    case = own_case(request, number)
    try:
        supplementing.answer_supplement(
            actor=request.actor,
            number=case.number,
            approval_id=posted_number(request, "approval"),
            text=posted(request, "answer", 2000),
        )
    except Approval.DoesNotExist:
        raise Http404("没有这一处") from None
    except Refused as refusal:
        return _page(request, own_case(request, number), {}, status_of(refusal), refusal.message)
    return redirect("track", case.number)


@personal
@require_POST
def hand_in(request: ActorRequest, number: str) -> HttpResponse:
    """补交 one deferred paper: the window looks at it from now on."""
    case, code = own_case(request, number), posted(request, "material", 80)
    try:
        correcting.hand_in(actor=request.actor, number=case.number, material_code=code)
    except Refused as refusal:
        return _page(request, case, {code: [refusal.message]}, status_of(refusal))
    return redirect("open-papers", case.number)


@personal
@require_POST
def promise(request: ActorRequest, number: str) -> HttpResponse:
    """容缺受理承诺书 signed online: by the applicant alone, after they ticked that they promise."""
    case = own_case(request, number)
    try:
        if request.POST.get("sure") != "yes":
            raise Refused("请先看完承诺，再打勾。", "sure")
        deferring.sign_promise(actor=request.actor, number=case.number, how=SignedHow.ONLINE)
    except Refused as refusal:
        return _page(request, own_case(request, number), {}, status_of(refusal), refusal.message)
    return redirect("track", case.number)
