"""流程推演: on any matter, try another process beside today's; keep it as a proposal; make that the next draft."""

from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from departments.access import may_edit_catalogue
from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.gantt import binding
from matters.models import Matter, Proposal, Revision
from matters.operations.proposing import (
    REASON_LIMIT,
    TITLE_LIMIT,
    also_touched,
    open_as_draft,
    propose,
    proposed_plan,
)
from matters.plan import fullest, scheme
from matters.published import plan_of
from matters.reductions import Reduction
from matters.trial import rates
from matters.trying import answer, sent, to_link, tried
from matters.whatif import Change, apply_changes, consequences, in_words, newly_committed
from matters.whatif_edits import edits
from matters.whatif_links import link_query, read_change, written


class ProposalForm(forms.Form):
    title = forms.CharField(
        label="名称",
        max_length=TITLE_LIMIT,
        error_messages={"required": "请写明名称。"},
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "如：消防检查并入开业后抽查", "hx-preserve": "true"}),
    )
    reason = forms.CharField(
        label="理由和依据",
        max_length=REASON_LIMIT,
        error_messages={"required": "请写明理由和依据。"},
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "hx-preserve": "true"}),
    )


class WhatIfPages:
    """The page of a matter's administration for trying another process; a mixin of its ModelAdmin."""

    opts: Any
    admin_site: Any

    @action(description="流程推演", url_path="what-if")
    def whatif_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Serial, today's and a changed plan side by side; what is typed becomes changes in the address."""
        if not may_edit_catalogue(actor_of(request)):
            messages.error(request, "只有目录管理员可以推演和修改目录。")
            return HttpResponseRedirect(reverse("admin:index"))
        matter = get_object_or_404(Matter, pk=object_id)
        revision = Revision.objects.live().filter(matter=matter).defer("plan").first()
        if revision is None:
            messages.error(request, f"{matter.name}还没有发布过，没有可以比照的版本。先发布第 1 版，再来推演。")
            return HttpResponseRedirect(reverse("admin:matters_matter_change", args=[matter.pk]))
        plan = plan_of(revision.pk)
        data = request.POST if request.method == "POST" else request.GET
        asked = sent(plan, data)
        if led := to_link(request, asked):
            return led
        form = ProposalForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and (done := self._propose(request, matter, asked.changes, form)) is not None:
            return done
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"流程推演：{matter.name}",
            "revision": revision,
            "form": form,
        }
        return answer(request, "admin/matters/whatif.html", frame | tried(matter, plan, asked, data))

    def _propose(
        self, request: HttpRequest, matter: Matter, changes: list[Change], form: ProposalForm
    ) -> HttpResponse | None:
        """Keeps what was tried; None when the page has to be shown again with the form's errors."""
        if not form.is_valid():
            return None
        seen = request.POST.get("seen", "")
        try:
            proposal = propose(
                matter=matter.pk,
                revision=int(seen) if seen.isascii() and seen.isdecimal() else 0,
                title=form.cleaned_data["title"],
                reason=form.cleaned_data["reason"],
                changes=changes,
                actor=actor_of(request),
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            return None
        messages.success(request, "已保存为再造方案。群众看到的没有变；转为草稿、经两人发布后才生效。")
        return HttpResponseRedirect(reverse("admin:matters_proposal_change", args=[proposal.pk]))


@admin.register(Proposal)
class ProposalAdmin(EditorAdmin):
    """What was kept: read, compared, and made the next draft. A proposal is never edited; another one is tried."""

    list_display = (
        "title",
        "matter",
        "compared_with",
        "materials",
        "days",
        "acts",
        "visits",
        "author",
        "created_at",
        "state",
    )
    list_filter = ("created_at",)
    list_select_related = ("matter", "author", "revision")
    list_per_page = 25
    search_fields = ("title", "reason", "matter__name", "matter__code")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the plan of the revision, which is kept in the process."""
        return super().get_queryset(request).defer("revision__plan")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="比照")
    def compared_with(self, proposal: Proposal) -> str:
        return f"第 {proposal.revision.number} 版"

    @admin.display(description="减材料")
    def materials(self, proposal: Proposal) -> str:
        return _rate(proposal, "materials")

    @admin.display(description="减时限")
    def days(self, proposal: Proposal) -> str:
        return _rate(proposal, "former-days")

    @admin.display(description="减环节")
    def acts(self, proposal: Proposal) -> str:
        return _rate(proposal, "acts")

    @admin.display(description="减跑动")
    def visits(self, proposal: Proposal) -> str:
        return _rate(proposal, "visits")

    @admin.display(description="状态", ordering="opened_at")
    def state(self, proposal: Proposal) -> str:
        return "已转为草稿" if proposal.opened_at else "待定"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The changes in words, before and after, what else they touch; and the way to a draft."""
        proposal = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if proposal is None:
            raise Http404("没有这份再造方案。")
        if request.method == "POST":
            return self._open(request, proposal)
        plan, changed = proposed_plan(proposal)
        made = edits(plan, changed)
        answers = fullest(plan)
        today, then = scheme(plan, answers), scheme(changed, answers, newly_committed(plan, changed))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"再造方案：{proposal.title}",
            "proposal": proposal,
            "changes": [in_words(plan, change) for change in proposal.changes],
            "consequences": consequences(plan, changed),
            "others": also_touched(proposal.matter_id, made),
            "rates": rates(plan, changed, answers),
            "days": (today.series_days, today.parallel_days, then.parallel_days),
            "bindings": (binding(today), binding(then)),
            "query": link_query({}, proposal.changes),
        }
        return TemplateResponse(request, "admin/matters/proposal.html", context)

    def _open(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        try:
            opened = open_as_draft(proposal=proposal.pk, actor=actor_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
            return HttpResponseRedirect(request.get_full_path())
        if len(opened.matters) > 1:
            messages.success(
                request, f"已转为草稿。共用的事项和材料也改了，连同本件共 {len(opened.matters)} 件事要重新发布。"
            )
            return HttpResponseRedirect(reverse("admin:matters_matter_pending_page"))
        messages.success(request, "已转为草稿。写明原因提交发布，由另一名管理员审批后生效。")
        return HttpResponseRedirect(reverse("admin:matters_matter_publish_page", args=[proposal.matter_id]))


def _rate(proposal: Proposal, key: str) -> str:
    """“45% → 52%” of the fullest case: what is reached now, and with the proposal."""
    try:
        pairs = _rates_of(proposal.revision_id, tuple(written(change) for change in proposal.changes))
    except Refused:
        return "不再成立"
    now, later = next((one.percent, two.percent) for one, two in pairs if one.key == key)
    return "不计算" if now is None else f"{now}% → {later}%"


@lru_cache(maxsize=200)
def _rates_of(revision_id: int, changes: tuple[str, ...]) -> tuple[tuple[Reduction, Reduction], ...]:
    """Neither a revision nor a proposal ever changes; four columns read the same figures."""
    plan = plan_of(revision_id)
    return rates(plan, apply_changes(plan, [read_change(text) for text in changes]), fullest(plan))
