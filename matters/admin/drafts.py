"""From draft to release: what differs, why, from when on. Asking is one editor's part, approving another's."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from departments.access import may_edit_catalogue
from departments.administration import actor_of
from foundation.errors import Refused
from matters.figures import Figures, figures
from matters.forms import ReleaseForm
from matters.models import Matter, Release, Revision
from matters.operations.publishing import drafts, restore, withdraw
from matters.operations.releasing import ask_release
from matters.published import figures_of
from matters.specs import Json, Plan
from matters.wording import plan_changes
from matters.words import ReleaseState


class DraftPages:
    """The pages of a matter's administration that lead to a release; a mixin of its ModelAdmin."""

    opts: Any
    admin_site: Any

    @action(description="提交发布", url_path="publish")
    def publish_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Faults, or what would change and the figures; the reason and the hour; and the ways to withdraw and back."""
        if not may_edit_catalogue(actor_of(request)):
            return self._refused(request)
        matter = get_object_or_404(Matter, pk=object_id)
        form = ReleaseForm(request.POST if request.POST.get("act") == "ask" else None)
        if request.method == "POST" and (done := self._act(request, matter, form)) is not None:
            return done
        draft = drafts([matter.pk])[matter.pk]
        if not form.is_bound:
            form = ReleaseForm(initial={"seen": f"{matter.pk}={draft.hash}"})
        newest = Revision.objects.newest().filter(matter=matter).first()
        context = {
            **self._frame(request, f"提交发布：{matter.name}"),
            "matter": matter,
            "draft": draft,
            "form": form,
            "newest": newest,
            "waiting": Release.objects.filter(state=ReleaseState.PENDING, lines__matter=matter).first(),
            "live": Revision.objects.live().filter(matter=matter).defer("plan").first(),
            "revisions": history(matter.pk),
            **compared(newest, draft.plan),
        }
        return TemplateResponse(request, "admin/matters/publish.html", context)

    def _act(self, request: HttpRequest, matter: Matter, form: ReleaseForm) -> HttpResponse | None:
        """Does what the button says; None when the page has to be shown again with the form's errors."""
        actor, act = actor_of(request), request.POST.get("act")
        try:
            if act == "withdraw":
                withdraw(matter=matter.pk, actor=actor)
                messages.success(request, "已停止接收新的申请，已经提交的继续办理。")
            elif act == "restore":
                restore(matter=matter.pk, actor=actor)
                messages.success(request, "已恢复接收新的申请。")
            else:
                return self._ask(request, [matter.pk], form)
        except Refused as refused:
            messages.error(request, refused.message)
        return HttpResponseRedirect(request.get_full_path())

    def _ask(self, request: HttpRequest, codes: list[str], form: ReleaseForm) -> HttpResponse | None:
        if not form.is_valid():
            return None
        given = form.cleaned_data
        try:
            release = ask_release(
                matters=codes,
                reason=given["reason"],
                live_from=given["live_from"],
                expected_hashes=given["seen"],
                actor=actor_of(request),
            )
        except Refused as refused:
            # What was typed stays; the sentence stands where it belongs.
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            return None
        messages.success(request, "已提交，等另一名事项管理员审批。")
        return HttpResponseRedirect(reverse("admin:matters_release_change", args=[release.pk]))

    @action(description="待发布的修改", url_path="pending")
    def pending_page(self, request: HttpRequest) -> HttpResponse:
        """Every matter whose edited state differs from its newest revision; several are asked for in one release."""
        if not may_edit_catalogue(actor_of(request)):
            return self._refused(request)
        form = ReleaseForm(request.POST or None)
        chosen = request.POST.getlist("matter")
        if request.method == "POST" and (done := self._ask(request, chosen, form)) is not None:
            return done
        waiting = set(
            Release.objects.filter(state=ReleaseState.PENDING).values_list("lines__matter", flat=True).distinct()
        )
        names = dict(Matter.objects.values_list("code", "name"))
        found = [draft for draft in drafts().values() if draft.faults or draft.differs]
        if not form.is_bound:
            form = ReleaseForm(initial={"seen": "\n".join(f"{d.matter}={d.hash}" for d in found if d.differs)})
        context = {
            **self._frame(request, "待发布的修改"),
            "found": [(names[draft.matter], draft, draft.matter in waiting) for draft in found],
            "ready": sum(draft.differs and draft.matter not in waiting for draft in found),
            "chosen": chosen if form.is_bound else None,
            "form": form,
        }
        return TemplateResponse(request, "admin/matters/pending.html", context)

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    def _refused(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, "只有目录管理员可以修改和发布目录。")
        return HttpResponseRedirect(reverse("admin:index"))


def history(matter: str) -> Any:
    """All revisions of a matter, newest first, with who stands behind each and how many cases stand on it."""
    rows = Revision.objects.filter(matter=matter).with_running().defer("plan")
    return rows.select_related("author", "approver").order_by("-number")


def compared(base: Revision | None, new: Json | None) -> dict[str, Any]:
    """What a plan differs in from a revision, in words, and the figures of both in their fullest case."""
    old = base.plan if base else None
    before = figures_of(base.pk) if base else None
    after = figures(Plan.from_json(new)) if new else None
    return {
        "changes": plan_changes(old, new) if old and new else [],
        "before": before,
        "after": after,
        "rows": _rows(before, after) if after else [],
    }


def _rows(before: Figures | None, after: Figures) -> list[tuple[str, str, str, bool]]:
    """(name, before, after, whether they differ) for each figure."""

    def days(number: int) -> str:
        return f"{number} 个工作日"

    told = [
        ("部门", lambda f: f"{len(f.departments)} 个"),
        ("环节", lambda f: f"{f.steps} 个"),
        ("各部门分别要的材料", lambda f: f"{f.asked} 份"),
        ("合并后的材料", lambda f: f"{f.merged} 份"),
        ("表单", lambda f: f"{f.fields} 栏"),
        ("串联", lambda f: days(f.series_days)),
        ("并联", lambda f: days(f.parallel_days)),
        ("承诺", lambda f: days(f.promised_days)),
    ]
    return [
        (name, tell(before) if before else "", tell(after), before is not None and tell(before) != tell(after))
        for name, tell in told
    ]
