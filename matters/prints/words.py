"""What stands on the prints of a matter, as the JSON that their typst templates read. Pure."""

from datetime import date
from typing import Any

from django.utils import timezone

from matters.drawn import Always
from matters.guide import Guide, Line, Paper, Stage, result_name
from matters.plan import PlannedStep
from matters.prints.pictures import picture_of
from matters.versions import Edition
from matters.where import Where

REMEDIES = (
    "对不予受理、不予批准的决定，自收到之日起六十日内可以申请行政复议（《中华人民共和国行政复议法》第二十条），"
    "六个月内可以向人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。"
)
NOT_FILLED = "县里还没有填"
Json = dict[str, Any]


def chinese_date(day: date) -> str:
    """2026年3月2日, as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def days_in_words(days: int, unit: str = "个工作日") -> str:
    return f"{days} {unit}" if days else "当天"


def notice(guide: Guide, edition: Edition, where: Where, today: date) -> Json:
    """一次性告知单: all and only what these answers ask for."""
    plan, shown = guide.plan, guide.scheme
    return {
        **_common(guide, edition, where, today),
        "answers": [[q.text, q.label_of(guide.chosen[q.code])] for q in plan.questions if q.code in guide.chosen],
        "open": [q.text for q in plan.questions if q.code in guide.open_questions],
        "core": [_material(guide, paper) for paper in guide.core],
        "later": [_material(guide, paper) for paper in guide.later],
        "exempt": [[paper.material.spec.name, paper.how, paper.why_not] for paper in guide.exempt],
        "steps": [_step(guide, line) for stage in guide.stages for line in stage.lines],
        "fees": [[shown.by_item[fee.item].item.name, fee.text] for fee in shown.fees],
        "bases": [[step.item.name, "、".join(step.item.legal_basis)] for step in shown.steps],
        "conditions": [[step.item.name, list(step.item.conditions)] for step in shown.steps if step.item.conditions],
        "tips": list(plan.tips),
        "remedies": REMEDIES,
        "phones": [[guide.short[code], phone] for code, phone in where.phones],
        "accept_days": days_in_words(where.accept_days),
    }


def bring(guide: Guide, edition: Edition, where: Where, today: date) -> Json:
    """带这些来: the papers that somebody has to bring, each with the icon of its picture; those that nobody brings by name."""
    chosen = [q.label_of(guide.chosen[q.code]) for q in guide.plan.questions if q.code in guide.chosen]
    shown = [p for p in guide.exempt if p.material.submit in ("verify", "original") and not p.material.supplied_by_step]
    papers = [(p, "带来看一眼，马上还您") for p in shown] + [(p, p.how) for p in (*guide.core, *guide.later)]
    return {
        **_common(guide, edition, where, today),
        "chosen": "，".join(chosen) if not guide.open_questions else "问题还没有答完，按最多的列",
        "papers": [
            {"name": p.material.spec.name, "how": how, "picture": picture_of(p.material.spec.name)} for p, how in papers
        ],
        "exempt": [paper.material.spec.name for paper in guide.exempt if paper not in shown],
    }


def panel(guide: Guide, edition: Edition, where: Where, always: Always, today: date) -> Json:
    """Wall panel: the matter at a glance for everybody, with what depends on the answers marked."""
    return {
        **_common(guide, edition, where, today),
        "stages": [
            {"steps": [_step(guide, line) for line in stage.lines], "head": _stage_head(guide.stages, stage)}
            for stage in guide.stages
        ],
        "opening": guide.opening,
        "materials": [
            {**_material(guide, paper), "sometimes": paper.material.spec.code not in always.materials}
            for paper in (*guide.core, *guide.later)
        ],
        "exempt": [[paper.material.spec.name, paper.how, paper.why_not] for paper in guide.exempt],
        "questions": [[q.text, [choice.label for choice in q.choices]] for q in guide.plan.questions],
        "tips": list(guide.plan.tips),
        "fees": [[guide.scheme.by_item[fee.item].item.name, fee.text] for fee in guide.scheme.fees],
    }


def leaflet(guide: Guide, edition: Edition, where: Where, always: Always, today: date) -> Json:
    """A leaflet to take along: the panel's words, folded to A5."""
    return {**panel(guide, edition, where, always, today), "remedies": REMEDIES}


def _common(guide: Guide, edition: Edition, where: Where, today: date) -> Json:
    plan, shown = guide.plan, guide.scheme
    place = where.main
    return {
        "matter": plan.name,
        "summary": plan.summary,
        "applicant": plan.applicant,
        "version": edition.number,
        "code": edition.code,
        "since": chinese_date(timezone.localdate(edition.live_from)),
        "date": chinese_date(today),
        "asked": shown.asked,
        "merged": shown.merged,
        "before_days": plan.before_days,
        "promise": days_in_words(plan.promised_days),
        "calendar_days": guide.calendar_days,
        "before_visits": plan.before_visits,
        "visits": shown.visits,
        "departments": [guide.short[code] for code in shown.departments],
        "items": len(shown.steps),
        "free": guide.free,
        "results": [_result(guide, step) for step in guide.results],
        "place": [place.name, place.address or NOT_FILLED, place.hours or NOT_FILLED] if place else [],
        "place_phone": place.phone if place else "",
        "others": where.others,
    }


def _material(guide: Guide, paper: Paper) -> Json:
    return {
        "no": paper.no,
        "name": paper.material.spec.name,
        "about": paper.material.spec.description,
        "how": paper.how,
        "source": paper.source,
        "used": "、".join(paper.departments),
        "form": paper.material.spec.blank_form,
    }


def _step(guide: Guide, line: Line) -> Json:
    item = line.step.item
    waits = ""
    if line.waits:
        names = "”“".join(line.waits)
        waits = f"等“{names}”出来再审" if line.starts_later else f"同时审，发证等“{names}”"
    return {
        "name": item.name,
        "department": guide.short[item.department],
        "days": days_in_words(line.step.own_days, item.clock.days_word),
        "waits": waits,
        "inspection": item.inspection,
        "width": line.width,
    }


def _stage_head(stages: tuple[Stage, ...], stage: Stage) -> list[str]:
    """Title and the word under it."""
    if stage is stages[0]:
        return ["最先出结果" if len(stages) > 1 else "同时办", "不等别人"]
    if stage.shared:
        names = "”“".join(stage.shared)
        return ["接着出结果", f"等“{names}”出来再审" if stage.starts_later else f"已同时在审，发证等“{names}”"]
    return ["接着出结果", "各等各的前一项"]


def _result(guide: Guide, step: PlannedStep) -> list[str]:
    months = step.item.result.valid_months
    valid = "" if months is None else (f"{months} 个月" if months % 12 else f"{months // 12} 年")
    return [result_name(step), guide.short[step.item.department], f"有效期 {valid}" if valid else ""]
