"""开始办理: who applies and under which answers (情形); changing the answers later changes what is asked."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation, Person
from applications.models import Application, Draft
from applications.operations import drafting
from applications.states import CASE_RUNNING
from applications.views.citizen_door import own_draft
from applications.views.door import by_htmx, personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.comparing import choice_effects, differences
from matters.plan import Plan, Scheme, missing_answers, scheme
from matters.published import NotPublished, Published, current_plan

# An underscore cannot begin the code of a question, so these names are free.
APPLIES = "_for"
AGREED = "_agreed"
NO_PERSON = "您还没有登记姓名和证件。登记后就能在网上办，也可以带身份证到任何一个窗口办。"


def published_or_404(matter: str) -> Published:
    """The current revision of a matter. Http404 for an unknown one and for one that takes no new cases."""
    try:
        return current_plan(matter)
    except NotPublished as refusal:
        raise Http404(refusal.message) from None


def answers_in(plan: Plan, data: Mapping[str, str]) -> dict[str, str]:
    """The valid answers in a query or a form."""
    choices = {question.code: {choice.code for choice in question.choices} for question in plan.questions}
    return {code: data[code] for code in choices if data.get(code) in choices[code]}


def questions_of(plan: Plan, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions as radio cards, each choice with what it adds."""
    effects = choice_effects(plan, answers)
    return [
        {
            "question": question,
            "choices": [
                (choice, answers.get(question.code) == choice.code, effects[question.code, choice.code].text)
                for choice in question.choices
            ],
        }
        for question in plan.questions
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ActorRequest, matter: str) -> HttpResponse:
    """Show what was answered and ask who applies; POST begins the draft. Signing in comes back to this very page."""
    published = published_or_404(matter)
    answers = answers_in(published.plan, request.POST if request.method == "POST" else request.GET)
    if not request.actor.signed_in:
        here = reverse("draft-start", args=[matter])
        return redirect_to_login(f"{here}?{urlencode(answers)}" if answers else here)
    if request.method == "POST":
        try:
            draft = _begin(request, matter, answers)
        except Refused as refusal:
            return _start_page(request, published, answers, refusal)
        unanswered = missing_answers(published.plan, draft.answers)
        return redirect("draft", draft.pk) if unanswered else redirect("draft-section", draft.pk, 1)
    return _start_page(request, published, answers)


def _begin(request: ActorRequest, matter: str, answers: dict[str, str]) -> Draft:
    if request.actor.person_id is None:
        raise Refused(NO_PERSON, APPLIES)
    kind, _, number = posted(request, APPLIES, 20).partition("-")
    pk = int(number) if number.isascii() and number.isdigit() else -1
    if kind not in ("self", "organisation", "person"):
        raise Refused("请选这件事是替谁办。", APPLIES)
    principal = (
        Person.objects.filter(pk=pk, pk__in=request.actor.principals_for(matter)).first() if kind == "person" else None
    )
    if kind == "person" and principal is None:
        raise Refused("这个人没有委托您办这件事，或者委托已经到期、撤销。", APPLIES)
    return drafting.start_draft(
        actor=request.actor,
        matter_code=matter,
        answers=answers,
        organisation_id=pk if kind == "organisation" else None,
        applicant=principal,
    )


def _start_page(
    request: ActorRequest, published: Published, answers: dict[str, str], refusal: Refused | None = None
) -> HttpResponse:
    plan, actor = published.plan, request.actor
    found = scheme(plan, answers)
    context = {
        "plan": plan,
        "revision": published.number,
        "answers": answers,
        "answered": [(q, q.label_of(answers[q.code])) for q in plan.questions if q.code in answers],
        "unanswered": len(missing_answers(plan, answers)),
        "guide_query": urlencode(answers),
        "scheme": found,
        "organisations": Organisation.objects.filter(pk__in=actor.organisations_for(plan.code)).order_by("name"),
        "principals": Person.objects.filter(pk__in=actor.principals_for(plan.code)).order_by("name"),
        "chosen": posted(request, APPLIES, 20),
        "begun": drafting.drafts_of(actor).filter(matter_id=plan.code).order_by("-updated_at")[:5],
        "running": Application.objects.of_person(actor)
        .filter(matter_id=plan.code, state__in=CASE_RUNNING)
        .order_by("-id")[:3],
        "no_person": NO_PERSON if actor.person_id is None else "",
        "refusal": refusal,
    }
    return render(request, "applications/citizen/start.html", context, status=status_of(refusal) if refusal else 200)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """情形 of a draft. htmx asks for the panel alone while choices are clicked; POST keeps them, says what changed."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    plan = drafting.plan_for(draft)
    if request.method == "POST":
        return _save_answers(request, draft, plan)
    proposed = {**draft.answers, **answers_in(plan, request.GET)}
    template = "applications/citizen/_answers_panel.html" if by_htmx(request) else "applications/citizen/answers.html"
    return render(request, template, _answers_context(draft, plan, proposed))


def _save_answers(request: ActorRequest, draft: Draft, plan: Plan) -> HttpResponse:
    given = answers_in(plan, request.POST)
    context = _answers_context(draft, plan, {**draft.answers, **given})
    if context["complete"] and context["told"] and request.POST.get(AGREED) != urlencode(given):
        # Said first, done when the same answers are sent again.
        context["agreed"] = urlencode(given)
        return render(request, "applications/citizen/answers.html", context)
    try:
        if missing_answers(plan, {**draft.answers, **given}):
            raise Refused("还有情形没有选，选完才知道要办哪几项。")
        drafting.answer(
            actor=request.actor, draft_id=draft.pk, version=posted_number(request, "version"), answers=given
        )
    except Refused as refusal:
        fresh = own_draft(request, draft.pk)
        context = _answers_context(fresh, plan, {**fresh.answers, **given}) | {"refusal": refusal}
        return render(request, "applications/citizen/answers.html", context, status=status_of(refusal))
    if context["told"]:
        messages.success(request, f"情形改了：{context['told']}。填过的都还在。")
    return HttpResponseRedirect(reverse("draft-section", args=[draft.pk, 1]))


def _told(before: Scheme, after: Scheme) -> str:
    """In half a sentence, what the new answers add and drop, and the days if they move; empty for nothing."""
    found = differences(before, after)
    parts = [
        f"{word}“{'”“'.join(names)}”"
        for word, names in (
            ("加办", [step.item.name for step in found.added_steps]),
            ("不用办", [step.item.name for step in found.dropped_steps]),
            ("加交", [material.spec.name for material in found.added_materials]),
            ("不用交", [material.spec.name for material in found.dropped_materials]),
        )
        if names
    ]
    if found.added_fields:
        parts.append(f"多填 {len(found.added_fields)}\u00a0栏")
    if found.dropped_fields:
        parts.append(f"少填 {len(found.dropped_fields)}\u00a0栏")
    if before.parallel_days != after.parallel_days:
        parts.append(f"最长的一条从 {before.parallel_days} 变成 {after.parallel_days}\u00a0个工作日")
    return "，".join(parts)


def _answers_context(draft: Draft, plan: Plan, proposed: dict[str, str]) -> dict[str, Any]:
    promised = frozenset(draft.commitments)
    before, after = scheme(plan, draft.answers, promised), scheme(plan, proposed, promised)
    known = not missing_answers(plan, draft.answers)
    return {
        "draft": draft,
        "plan": plan,
        "step": "answers",
        "questions": questions_of(plan, proposed),
        "scheme": after,
        "complete": not missing_answers(plan, proposed),
        "changes": differences(before, after) if known else None,
        "days": (before.parallel_days, after.parallel_days) if known else None,
        "told": _told(before, after) if known else "",
    }
