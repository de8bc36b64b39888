"""办事指南 of a matter, from published plans alone; no sign-in."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from matters import guide as guides
from matters.comparing import choice_effects
from matters.published import NotPublished, current_plan
from matters.views.answer import answer


@require_safe
def guide(request: HttpRequest, matter: str) -> HttpResponse:
    """办事指南 for the answers in the query string (`<question>=<choice>`); they change everything on the page."""
    try:
        published = current_plan(matter)
    except NotPublished as missing:
        raise Http404(missing.message) from None
    plan = published.plan
    shown = guides.guide(plan, request.GET.dict())
    effects = choice_effects(plan, shown.scheme.answers)
    questions = [
        (
            question,
            [
                (c, shown.chosen.get(question.code) == c.code, effects[question.code, c.code].text)
                for c in question.choices
            ],
        )
        for question in plan.questions
    ]
    context = {
        "guide": shown,
        "plan": plan,
        "scheme": shown.scheme,
        "revision": published.number,
        "questions": questions,
        "question_count": guides.numeral(len(questions)),
        "start_query": urlencode(dict(shown.chosen)),
        "kinds": guides.KINDS,
    }
    return answer(request, "matters/guide.html", "matters/_guide_live.html", context)
