"""候选事项: what might be added to the list, ranked by demand; the parts of each score stand beside it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from departments.administration import EditorAdmin, actor_of
from departments.calendar import current_calendar
from foundation.errors import Refused
from matters.demand import Demanded, Pair, Score, score
from matters.models import Candidate, CandidatePair, Item, ItemMaterial, Matter
from matters.models.candidate import TYPED_IN
from matters.operations import candidates as acts
from matters.words import CandidateState, DemandSource

PAIRS_SHOWN = 20
LISTED = "列入清单"


class DemandForm(forms.Form):
    source = forms.ChoiceField(
        label="来源",
        choices=[(source, source.label) for source in DemandSource if source in TYPED_IN],
        widget=UnfoldAdminSelectWidget(),
    )
    count = forms.IntegerField(label="次数", min_value=1, max_value=999999, widget=UnfoldAdminIntegerFieldWidget())
    since = forms.DateField(label="从", widget=UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label="到", widget=UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        label="说明", required=False, max_length=acts.NOTE_LIMIT, widget=UnfoldAdminTextInputWidget()
    )


class Ranked(NamedTuple):
    """A candidate with its score and what the score is made of."""

    candidate: Candidate
    state: str
    demanded: Demanded
    score: Score


@admin.register(Candidate)
class CandidateAdmin(EditorAdmin):
    """Two pages of its own: the ranked list with what people file together, and one candidate with its acts."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Candidates by score; POST makes one of a name or of a pair."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.method == "POST" and (done := self._make(request)) is not None:
            return done
        pairs = pairs_now()
        taken = set(CandidatePair.objects.values_list("first_id", "second_id"))
        names = dict(Matter.objects.values_list("code", "name"))
        free = [pair for pair in pairs if pair[:2] not in taken][:PAIRS_SHOWN]
        context = {
            **self._frame(request, "候选事项"),
            "rows": ranked(list(Candidate.objects.all().with_listing()), pairs),
            "pairs": [(pair, names[pair.first], names[pair.second]) for pair in free],
            **_counted_over(),
            "name": request.POST.get("name", ""),
        }
        return TemplateResponse(request, "admin/matters/candidates.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One candidate: score, demand, items, what to do next, history. POST does one act."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        pk = int(object_id) if object_id.isdecimal() and len(object_id) < 18 else 0
        found = get_object_or_404(Candidate.objects.with_listing(), pk=pk)
        form = DemandForm(request.POST if request.POST.get("act") == "demand" else None)
        if request.method == "POST" and (done := self._act(request, found, form)) is not None:
            return done
        pairs = pairs_now()
        counted = {pair[:2]: pair.applicants for pair in pairs}
        chosen = list(found.items.select_related("department"))
        context = {
            **self._frame(request, found.name),
            "row": ranked([found], pairs)[0],
            "form": form,
            "misses": found.misses.all(),
            "pairs": [
                (pair, counted.get((pair.first_id, pair.second_id), 0))
                for pair in found.pairs.select_related("first", "second")
            ],
            "demands": found.demands.select_related("entered_by"),
            "events": found.events.select_related("actor").order_by("-pk"),
            "chosen": chosen,
            "others": Item.objects.exclude(pk__in=chosen).select_related("department").order_by("department", "name"),
            "open": found.state == CandidateState.PROPOSED,
            "rejected": found.state == CandidateState.REJECTED,
            **_counted_over(),
            "typed": request.POST,
        }
        return TemplateResponse(request, "admin/matters/candidate.html", context)

    def _make(self, request: HttpRequest) -> HttpResponse | None:
        actor, given = actor_of(request), request.POST
        try:
            if given.get("act") == "pair":
                first, second = (given.get(key, "").replace("\x00", "") for key in ("first", "second"))
                made = acts.candidate_from_pair(first=first, second=second, actor=actor)
            else:
                made = acts.propose_candidate(name=given.get("name", ""), actor=actor)
        except Refused as refused:
            messages.error(request, refused.message)
            return None
        messages.success(request, f"已加入候选：{made.name}。")
        return HttpResponseRedirect(_address(made))

    def _act(self, request: HttpRequest, found: Candidate, form: DemandForm) -> HttpResponse | None:
        """Does what the button says; None when the page has to be shown again with what was typed."""
        actor, given, pk = actor_of(request), request.POST, found.pk
        act, item = given.get("act"), given.get("item", "").replace("\x00", "")
        try:
            if act == "demand":
                if not form.is_valid():
                    return None
                acts.record_demand(candidate=pk, actor=actor, **form.cleaned_data)
            elif act == "rename":
                acts.rename_candidate(candidate=pk, name=given.get("name", ""), actor=actor)
            elif act in ("add", "remove"):
                acts.choose_item(candidate=pk, item=item, chosen=act == "add", actor=actor)
            elif act == "reject":
                acts.turn_down(candidate=pk, reason=given.get("reason", ""), actor=actor)
            elif act == "again":
                acts.take_up_again(candidate=pk, actor=actor)
            elif act == "trial":
                matter = acts.start_trial(candidate=pk, actor=actor)
                messages.success(request, "已打开草稿，别人还看不到。写好说明、对象和问题，再提交发布。")
                return HttpResponseRedirect(reverse("admin:matters_matter_change", args=[matter.pk]))
            else:
                raise Refused("请按页面上的按钮办。")
        except Refused as refused:
            if act == "demand" and refused.field in form.fields:
                form.add_error(refused.field, refused.message)
            else:
                messages.error(request, refused.message)
            return None
        messages.success(request, "已保存。")
        return HttpResponseRedirect(_address(found))

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def pairs_now() -> list[Pair]:
    """What people file together, counted over the days that the county set."""
    days = _counted_over()
    return acts.repeated_pairs(days["apart"], timezone.localdate() - timedelta(days=days["back"]))


def _counted_over() -> dict[str, int]:
    held, today = current_calendar().thresholds, timezone.localdate()
    return {"apart": held.value("pair_days", today), "back": held.value("pair_look_back_days", today)}


def ranked(candidates: list[Candidate], pairs: list[Pair]) -> list[Ranked]:
    """Candidates by score, then by how often they were asked for. Six queries, however many there are."""
    keys = [candidate.pk for candidate in candidates]
    counted = {pair[:2]: pair.applicants for pair in pairs}
    told: dict[int, dict[str, int]] = {key: {} for key in keys}
    for candidate in Candidate.objects.filter(pk__in=keys).prefetch_related("misses", "demands", "pairs"):
        sums = told[candidate.pk]
        sums["searches"] = sum(miss.times for miss in candidate.misses.all())
        sums["pairs"] = sum(counted.get((pair.first_id, pair.second_id), 0) for pair in candidate.pairs.all())
        for source in TYPED_IN:
            sums[source.value] = sum(row.count for row in candidate.demands.all() if row.source == source)
    departments, papers = _composed_of(keys)
    rows = []
    for candidate in candidates:
        key, demanded = candidate.pk, Demanded(**told[candidate.pk])
        state = LISTED if candidate.listed_at else candidate.get_state_display()
        rows.append(Ranked(candidate, state, demanded, score(demanded, departments.get(key, ()), papers.get(key, {}))))
    return sorted(rows, key=lambda row: (-row.score.value, -row.score.volume, row.candidate.name))


def _composed_of(keys: list[int]) -> tuple[Mapping[int, set[str]], Mapping[int, dict[str, set[str]]]]:
    """By candidate: the departments of its items, and what each item asks the applicant for. Two queries."""
    departments: dict[int, set[str]] = {}
    papers: dict[int, dict[str, set[str]]] = {}
    through = Candidate.items.through.objects.filter(candidate__in=keys)
    owned = list(through.values_list("candidate_id", "item_id", "item__department_id"))
    asked: dict[str, set[str]] = {}
    asks = ItemMaterial.objects.filter(item__in={item for _, item, _ in owned}, material__exempt=False)
    for item, material in asks.values_list("item_id", "material_id"):
        asked.setdefault(item, set()).add(material)
    for candidate, item, department in owned:
        departments.setdefault(candidate, set()).add(department)
        papers.setdefault(candidate, {})[item] = asked.get(item, set())
    return departments, papers


def _address(candidate: Candidate) -> str:
    return reverse("admin:matters_candidate_change", args=[candidate.pk])
