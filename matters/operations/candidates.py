"""候选事项: how demand becomes a candidate, and a candidate a draft matter. Each act leaves a line in its history."""

from collections import Counter
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.access import require_editor
from matters.demand import Pair, PairReader, in_order
from matters.models import Candidate, CandidateEvent, CandidatePair, Demand, Item, Matter, SearchMiss, Step
from matters.models.candidate import TYPED_IN
from matters.operations.publishing import lock_against_loads
from matters.spelling import LATIN, syllables
from matters.words import Audience, CandidateState, DemandSource, MatterLevel

NAME_LIMIT, NOTE_LIMIT, CODE_LIMIT = 100, 300, 50
GONE = "没有这个候选事项。"


def repeated_pairs(days: int, since: date) -> list[Pair]:
    """Matters that the same applicants file within `days`; counted from cases by the function of the upper floor."""
    read: PairReader = import_string(settings.REPEATED_PAIRS)
    return read(days, since)


def propose_candidate(*, name: str, actor: Actor, origin: str = DemandSource.OWN) -> Candidate:
    """A new candidate in state 建议. Raises NotAllowed, Refused without a name, Conflict when the name is taken."""
    made = Candidate(name=_name(name), origin=origin, author_id=_editor(actor), created_at=timezone.now())
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Conflict(f"已经有叫“{made.name}”的候选事项了。") from None
    _note(made, actor, f"提出，来自：{made.get_origin_display()}")
    return made


@transaction.atomic
def candidate_from_miss(*, text: str, actor: Actor, candidate: int | None = None) -> Candidate:
    """Puts a search in vain down to a candidate, a new one of that name where none is given, and settles it.

    What is searched in these words from now on counts as well. Raises NotAllowed, Refused, Conflict.
    """
    _editor(actor)
    miss = SearchMiss.objects.select_for_update().filter(pk=text).first()
    if miss is None:
        raise Refused("这句话已经不在清单里了。")
    if miss.candidate_id is not None:
        raise Conflict("这句话已经记在一个候选事项里了。")
    if candidate is None:
        found = propose_candidate(name=text, actor=actor, origin=DemandSource.SEARCH)
    else:
        found = _locked(candidate)
        _note(found, actor, f"记入没搜到的话“{text}”")
    miss.candidate, miss.settled = found, True
    miss.save(update_fields=["candidate", "settled"])
    return found


@transaction.atomic
def candidate_from_pair(*, first: str, second: str, actor: Actor) -> Candidate:
    """A candidate of two matters that people file one after the other, with the items of both.

    Raises NotAllowed, Refused for unknown matters, Conflict when the pair belongs to a candidate already.
    """
    _editor(actor)
    pair = in_order(first, second)
    names = dict(Matter.objects.filter(pk__in=pair).values_list("pk", "name"))
    if len(names) != 2:
        raise Refused("请选目录里的两件事。")
    if CandidatePair.objects.filter(first=pair[0], second=pair[1]).exists():
        raise Conflict("这两件事已经是一个候选事项了。")
    name = "和".join(names[code] for code in pair)[:NAME_LIMIT]
    made = propose_candidate(name=name, actor=actor, origin=DemandSource.PAIR)
    CandidatePair.objects.create(candidate=made, first_id=pair[0], second_id=pair[1])
    made.items.set(Item.objects.filter(steps__matter__in=pair).distinct())
    return made


@transaction.atomic
def rename_candidate(*, candidate: int, name: str, actor: Actor) -> None:
    """Another name while it is neither tried nor turned down. Raises NotAllowed, Refused, Conflict."""
    found = _open(candidate, actor)
    new, old = _name(name), found.name
    if new == old:
        return
    if Candidate.objects.filter(name=new).exists():
        raise Conflict(f"已经有叫“{new}”的候选事项了。")
    found.name = new
    found.save(update_fields=["name"])
    _note(found, actor, f"改名：原来叫“{old}”")


@transaction.atomic
def choose_item(*, candidate: int, item: str, chosen: bool, actor: Actor) -> None:
    """Adds an item to a candidate, or takes it out. Raises NotAllowed, Refused for an unknown item or a wrong state."""
    found = _open(candidate, actor)
    row = Item.objects.filter(pk=item).first()
    if row is None:
        raise Refused("请选一个事项。", field="item")
    if found.items.filter(pk=item).exists() == chosen:
        return
    (found.items.add if chosen else found.items.remove)(row)
    _note(found, actor, f"{'加上' if chosen else '去掉'}事项“{row.name}”")


@transaction.atomic
def record_demand(
    *, candidate: int, source: str, count: int, since: date, until: date, note: str, actor: Actor
) -> Demand:
    """What 12345 or the 办不成事 window counted in a period, both days included.

    Raises NotAllowed; Refused for another source, no count, days in the wrong order or to come, a note too long.
    """
    editor = _editor(actor)
    found = _locked(candidate)
    if source not in TYPED_IN:
        raise Refused("搜索和重复组合由系统计数，这里只录 12345 和办不成事。", field="source")
    if not 0 < count < 10**6:
        raise Refused("次数要从 1 到 999999。", field="count")
    if since > until:
        raise Refused("结束的日子不能早于开始的日子。", field="until")
    if until > timezone.localdate():
        raise Refused("只录已经过去的日子。", field="until")
    if len(note) > NOTE_LIMIT:
        raise Refused(f"说明最多 {NOTE_LIMIT} 字。", field="note")
    row = found.demands.create(
        source=source,
        count=count,
        since=since,
        until=until,
        note=note.strip(),
        entered_by_id=editor,
        entered_at=timezone.now(),
    )
    _note(found, actor, f"录入 {row.get_source_display()}：{count} 次（{since} 至 {until}）")
    return row


@transaction.atomic
def start_trial(*, candidate: int, actor: Actor) -> Matter:
    """建议 → 试行: opens a draft matter of the candidate's items, which nobody sees until two persons publish it.

    What the candidate does not say (whom it is for, the days before) is filled with what its items allow, and told in
    its summary as still to be written. Raises NotAllowed, Refused without items, Conflict in another state.
    """
    found = _open(candidate, actor)
    items = list(found.items.all())
    if not items:
        raise Refused("还没有选事项，先选好由哪些事项组成。")
    lock_against_loads(alone=True)  # two trials at once must not take the same number
    last = Matter.objects.aggregate(number=Max("number"), batch=Max("batch"))
    alike = Matter.objects.filter(steps__item__in=items).values_list("theme", "audience")
    theme, audience = next(iter(Counter(alike).most_common(1)), (("其他", Audience.INDIVIDUAL), 0))[0]
    matter = Matter.objects.create(
        code=_code(found.name),
        number=(last["number"] or 0) + 1,
        name=found.name,
        audience=audience,
        theme=theme,
        batch=last["batch"] or 1,
        level=MatterLevel.COUNTY,
        summary=f"{'、'.join(item.name for item in items)}一次申请（说明待写）",
        applicant="待定",
        before_visits=len(items),
        before_days=sum(item.statutory_days for item in items),
        promised_days=max(item.promised_days for item in items),
    )
    Step.objects.bulk_create(
        Step(matter=matter, item=item, position=place) for place, item in enumerate(items, start=1)
    )
    found.state, found.matter = CandidateState.TRIAL, matter
    found.save(update_fields=["state", "matter"])
    _note(found, actor, f"开始试行，打开草稿 {matter.code}")
    return matter


@transaction.atomic
def turn_down(*, candidate: int, reason: str, actor: Actor) -> None:
    """建议 → 不采纳, with the reason. Raises NotAllowed, Refused without a reason, Conflict in another state."""
    found = _open(candidate, actor)
    said = " ".join(reason.split())
    if not said or len(said) > NOTE_LIMIT:
        raise Refused(f"请写不采纳的理由，最多 {NOTE_LIMIT} 字。", field="reason")
    found.state = CandidateState.REJECTED
    found.save(update_fields=["state"])
    _note(found, actor, f"不采纳：{said}")


@transaction.atomic
def take_up_again(*, candidate: int, actor: Actor) -> None:
    """不采纳 → 建议, when demand goes on. Raises NotAllowed, Refused, Conflict in another state."""
    _editor(actor)
    found = _locked(candidate)
    if found.state != CandidateState.REJECTED:
        raise Conflict("只有不采纳的候选事项才能重新考虑。")
    found.state = CandidateState.PROPOSED
    found.save(update_fields=["state"])
    _note(found, actor, "重新考虑")


def _editor(actor: Actor) -> int:
    """The key of the person who acts: somebody stands behind every line of the history."""
    require_editor(actor)
    if actor.user_id is None:
        raise NotAllowed("候选事项由一名事项管理员来管。")
    return actor.user_id


def _locked(candidate: int) -> Candidate:
    found = Candidate.objects.select_for_update(of=("self",)).filter(pk=candidate).first()
    if found is None:
        raise Refused(GONE)
    return found


def _open(candidate: int, actor: Actor) -> Candidate:
    """The candidate, locked, in state 建议; what is tried is edited as a matter."""
    _editor(actor)
    found = _locked(candidate)
    if found.state != CandidateState.PROPOSED:
        raise Conflict(f"这个候选事项现在是“{found.get_state_display()}”，不能再这样改。")
    return found


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > NAME_LIMIT:
        raise Refused(f"请写名称，最多 {NAME_LIMIT} 字。", field="name")
    return name


def _code(name: str) -> str:
    """A free code for the draft matter: the name in pinyin."""
    sounds = [part for one in syllables(name) for part in LATIN.findall(one.lower())]
    stem = "-".join(sounds)[:CODE_LIMIT].strip("-") or "matter"
    taken = set(Matter.objects.filter(pk__startswith=stem).values_list("pk", flat=True))
    return next(code for code in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


def _note(candidate: Candidate, actor: Actor, text: str) -> None:
    CandidateEvent.objects.create(candidate=candidate, actor_id=_editor(actor), at=timezone.now(), text=text)
