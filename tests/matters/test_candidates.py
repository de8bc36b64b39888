"""候选事项: from demand to a draft matter, and a score that shows its parts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from departments.access import SYSTEM, VISITOR, Actor, actor_for
from departments.models import Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from matters.admin import candidates as pages
from matters.demand import Demanded, Pair, Score, score
from matters.models import Candidate, Item, Matter, SearchMiss, Step
from matters.operations import candidates as acts
from matters.operations.misses import record_miss
from matters.operations.publishing import drafts, publish_many
from matters.words import CandidateState

LIST = "/admin/matters/candidate/"


@pytest.fixture
def editor_user(few: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def editor(editor_user: User) -> Actor:
    return actor_for(editor_user)


@pytest.fixture
def page(editor_user: User) -> Client:
    client = Client()
    client.force_login(editor_user)
    return client


@pytest.mark.parametrize(
    ("demanded", "departments", "papers", "parts", "value"),
    [
        (Demanded(), [], {}, Score(0, 0, 0, 0), 0),
        (Demanded(searches=5), ["a", "b"], {"x": ["id", "lease"], "y": ["id"]}, Score(5, 2, 1, 0), 10),
        (Demanded(searches=5, hotline=3), ["a", "b"], {"x": ["id"], "y": ["id"]}, Score(8, 2, 1, 3), 48),
        (Demanded(1, 2, 3, 4), ["a", "a"], {"x": ["id"], "y": ["id"], "z": ["id"]}, Score(10, 1, 2, 7), 140),
        (Demanded(searches=5), ["a"], {"x": ["id"], "y": ["lease"]}, Score(5, 1, 0, 0), 0),
    ],
)
def test_a_score_is_volume_times_departments_times_repeated_papers_times_complaints(
    demanded: Demanded, departments: list[str], papers: dict[str, list[str]], parts: Score, value: int
) -> None:
    found = score(demanded, departments, papers)
    assert (found, found.value, bool(found.missing)) == (parts, value, value == 0)


def test_a_search_in_vain_becomes_a_candidate_and_counts_on(editor: Actor) -> None:
    record_miss(text="养蜂", source="here")
    made = acts.candidate_from_miss(text="养蜂", actor=editor)
    assert (made.name, made.get_origin_display(), made.state) == ("养蜂", "搜索无结果", CandidateState.PROPOSED)
    record_miss(text="养蜂", source="here")
    record_miss(text="蜂农补贴", source="here")
    acts.candidate_from_miss(text="蜂农补贴", candidate=made.pk, actor=editor)
    [row] = pages.ranked([Candidate.objects.with_listing().get()], [])
    assert (row.demanded, row.score.missing) == (Demanded(searches=3), "还没有选事项，算不出部门和材料")
    assert set(SearchMiss.objects.values_list("settled", flat=True)) == {True}
    with pytest.raises(Conflict):
        acts.candidate_from_miss(text="养蜂", actor=editor)
    with pytest.raises(Refused):
        acts.candidate_from_miss(text="没搜过", actor=editor)


def test_a_miss_that_belongs_to_a_candidate_is_not_dropped_for_newer_ones(
    editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matters.operations.misses.ROWS_KEPT", 1)
    record_miss(text="养蜂", source="here")
    acts.candidate_from_miss(text="养蜂", actor=editor)
    for text in ("修表", "补锅"):
        record_miss(text=text, source="here")
    assert set(SearchMiss.objects.values_list("text", flat=True)) == {"养蜂", "补锅"}


def two(few: Any = None) -> list[str]:
    return sorted(Matter.objects.values_list("code", flat=True))[:2]


def test_a_pair_of_matters_becomes_a_candidate_with_the_items_of_both(editor: Actor) -> None:
    first, second = two()
    made = acts.candidate_from_pair(first=second, second=first, actor=editor)
    items = set(Step.objects.filter(matter__in=[first, second]).values_list("item", flat=True))
    assert set(made.items.values_list("pk", flat=True)) == items
    [row] = pages.ranked([Candidate.objects.with_listing().get()], [Pair(first, second, 7), Pair("a", "b", 9)])
    assert row.demanded == Demanded(pairs=7)
    with pytest.raises(Conflict):
        acts.candidate_from_pair(first=first, second=second, actor=editor)


@pytest.mark.parametrize("pair", [("no-such", "neither"), ("", "")])
def test_a_pair_needs_two_matters_of_the_catalogue(editor: Actor, pair: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        acts.candidate_from_pair(first=pair[0], second=pair[1], actor=editor)
    with pytest.raises(Refused):
        acts.candidate_from_pair(first=two()[0], second=two()[0], actor=editor)


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "search"}, "source"),
        ({"source": "pair"}, "source"),
        ({"source": "rumour"}, "source"),
        ({"count": 0}, "count"),
        ({"count": -3}, "count"),
        ({"count": 10**6}, "count"),
        ({"until": DAY - timedelta(days=9)}, "until"),
        ({"until": timezone.localdate() + timedelta(days=2)}, "until"),
        ({"note": "长" * 301}, "note"),
    ],
)
def test_demand_that_cannot_be_entered_says_which_box(editor: Actor, given: dict[str, Any], field: str) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    sound: dict[str, Any] = {"source": "hotline", "count": 3, "since": DAY, "until": DAY, "note": ""}
    with pytest.raises(Refused) as refused:
        acts.record_demand(candidate=made.pk, actor=editor, **{**sound, **given})
    assert refused.value.field == field
    assert not made.demands.exists()


def test_complaints_weigh_twice_as_volume_and_as_a_factor(editor: Actor) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    for source, count in (("hotline", 3), ("blocked", 2), ("hotline", 1)):
        acts.record_demand(candidate=made.pk, source=source, count=count, since=DAY, until=DAY, note="", actor=editor)
    [row] = pages.ranked([Candidate.objects.with_listing().get()], [])
    assert row.demanded == Demanded(hotline=4, blocked=2)
    assert (row.score.volume, row.score.complaints) == (6, 6)


def with_items(editor: Actor, name: str = "我要养蜂") -> Candidate:
    made = acts.propose_candidate(name=name, actor=editor)
    for item in Item.objects.all()[:2]:
        acts.choose_item(candidate=made.pk, item=item.pk, chosen=True, actor=editor)
    return made


def test_a_trial_opens_a_draft_that_nobody_sees_and_its_publishing_lists_the_candidate(
    editor: Actor, client: Client
) -> None:
    made = with_items(editor)
    matter = acts.start_trial(candidate=made.pk, actor=editor)
    made.refresh_from_db()
    assert (matter.pk, made.state, made.matter_id) == ("wo-yao-yang-feng", CandidateState.TRIAL, matter.pk)
    assert matter.number == max(Matter.objects.values_list("number", flat=True))
    assert set(matter.steps.values_list("item", flat=True)) == set(made.items.values_list("pk", flat=True))
    assert client.get(f"/matters/{matter.pk}/").status_code == 404
    draft = drafts([matter.pk])[matter.pk]
    assert draft.faults == []
    assert Candidate.objects.with_listing().get().listed_at is None
    with transaction.atomic():
        [revision] = publish_many([draft], reason="试行成熟")
    assert Candidate.objects.with_listing().get().listed_at == revision.live_from
    assert pages.ranked([Candidate.objects.with_listing().get()], [])[0].state == "列入清单"
    assert client.get(f"/matters/{matter.pk}/").status_code == 200


def test_two_candidates_of_one_sound_get_two_codes(editor: Actor) -> None:
    codes = [acts.start_trial(candidate=with_items(editor, n).pk, actor=editor).pk for n in ("我要养蜂", "我要养丰")]
    assert codes == ["wo-yao-yang-feng", "wo-yao-yang-feng-2"]


def test_a_trial_needs_items(editor: Actor) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    with pytest.raises(Refused, match="还没有选事项"):
        acts.start_trial(candidate=made.pk, actor=editor)


def test_what_is_tried_or_turned_down_is_not_edited_here_any_more(editor: Actor) -> None:
    tried, refused = with_items(editor), acts.propose_candidate(name="修表", actor=editor)
    acts.start_trial(candidate=tried.pk, actor=editor)
    acts.turn_down(candidate=refused.pk, reason="全县没有人办", actor=editor)
    for candidate in (tried, refused):
        with pytest.raises(Conflict):
            acts.start_trial(candidate=candidate.pk, actor=editor)
        with pytest.raises(Conflict):
            acts.turn_down(candidate=candidate.pk, reason="理由", actor=editor)
        with pytest.raises(Conflict):
            acts.rename_candidate(candidate=candidate.pk, name="别的", actor=editor)
        with pytest.raises(Conflict):
            acts.choose_item(candidate=candidate.pk, item=Item.objects.last().pk, chosen=True, actor=editor)
    with pytest.raises(Conflict):
        acts.take_up_again(candidate=tried.pk, actor=editor)
    acts.take_up_again(candidate=refused.pk, actor=editor)
    refused.refresh_from_db()
    assert refused.state == CandidateState.PROPOSED
    assert [line.text for line in refused.events.all()] == ["提出，来自：自己提出", "不采纳：全县没有人办", "重新考虑"]


def test_history_stays_as_it_was_written(editor: Actor) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    with pytest.raises(InternalError), transaction.atomic():
        made.events.update(text="别的")


@pytest.mark.parametrize("name", ["", "  ", "长" * 101])
def test_a_candidate_needs_a_name(editor: Actor, name: str) -> None:
    with pytest.raises(Refused):
        acts.propose_candidate(name=name, actor=editor)


def test_a_name_is_taken_once(editor: Actor) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    with pytest.raises(Conflict):
        acts.propose_candidate(name=" 养蜂 ", actor=editor)
    other = acts.propose_candidate(name="修表", actor=editor)
    with pytest.raises(Conflict):
        acts.rename_candidate(candidate=other.pk, name=made.name, actor=editor)


@pytest.mark.parametrize("actor", [VISITOR, SYSTEM])
def test_only_an_editor_tends_the_pool(few: None, actor: Actor) -> None:
    for act, given in (
        (acts.propose_candidate, {"name": "养蜂"}),
        (acts.candidate_from_miss, {"text": "x"}),
        (acts.candidate_from_pair, {"first": "a", "second": "b"}),
        (acts.start_trial, {"candidate": 1}),
        (acts.turn_down, {"candidate": 1, "reason": "x"}),
        (acts.take_up_again, {"candidate": 1}),
    ):
        with pytest.raises(NotAllowed):
            act(actor=actor, **given)


def test_from_the_list_of_misses_in_one_click(page: Client) -> None:
    record_miss(text="养蜂", source="here")
    assert "加入候选" in page.get("/admin/matters/searchmiss/").content.decode()
    page.post("/admin/matters/searchmiss/", {"act": "candidate", "text": "养蜂"})
    assert Candidate.objects.get().name == "养蜂"
    assert "候选：养蜂" in page.get("/admin/matters/searchmiss/?settled=1").content.decode()


def test_the_page_ranks_and_shows_the_parts(page: Client, editor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two()
    monkeypatch.setattr(acts, "repeated_pairs", lambda days, since: [Pair(first, second, 7)])
    shown = page.get(LIST).content.decode()
    assert "7 个" in shown
    assert "没有投诉按 1 算" in shown
    answer = page.post(LIST, {"act": "pair", "first": first, "second": second})
    made = Candidate.objects.get()
    assert answer.headers["Location"] == reverse("admin:matters_candidate_change", args=[made.pk])
    one = page.get(answer.headers["Location"]).content.decode()
    assert "重复组合 7" in one
    assert made.name in page.get(LIST).content.decode()
    assert "7 个" not in page.get(LIST).content.decode()


def test_a_candidate_is_worked_on_by_its_page(page: Client, editor: Actor) -> None:
    made = acts.propose_candidate(name="养蜂", actor=editor)
    address = f"{LIST}{made.pk}/change/"
    item = Item.objects.first()
    page.post(address, {"act": "add", "item": item.pk})
    assert list(made.items.all()) == [item]
    wrong = {"act": "demand", "source": "hotline", "count": "3", "since": "2026-03-09", "until": "2026-03-02"}
    answer = page.post(address, wrong).content.decode()
    assert "结束的日子不能早于开始的日子" in answer
    assert "2026-03-09" in answer
    page.post(address, {**wrong, "until": "2026-03-10"})
    assert made.demands.get().count == 3
    answer = page.post(address, {"act": "reject", "reason": ""}, follow=True).content.decode()
    assert "请写不采纳的理由" in answer
    answer = page.post(address, {"act": "trial"})
    assert answer.headers["Location"] == "/admin/matters/matter/yang-feng/change/"
    assert page.get(f"{LIST}999/change/").status_code == 404
