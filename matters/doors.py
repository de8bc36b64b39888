"""The two front doors of the home page: themes of people's lives, and an enterprise's way from start to exit.

Only themes are named here, and one that is missing or new still shows: under its own name, or in the last stage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matters.published import Brief

ICONS = {
    "生育收养": "baby",
    "教育就学": "graduation-cap",
    "婚姻家庭": "heart",
    "就业创业": "briefcase",
    "置业安居": "house",
    "户籍出行": "map-pin",
    "医疗救助": "heart-pulse",
    "社保养老": "sun",
    "扶残助困": "hand-heart",
    "军人退役": "medal",
    "身后事务": "leaf",
}
STAGES = (
    ("起步和全周期", ("企业全周期",)),
    ("开店", ("餐饮住宿", "零售购物", "生活服务", "文化娱乐")),
    ("办厂和项目", ("生产制造", "建筑房产", "农林牧渔")),
    ("办机构和运输", ("医疗健康", "教育托育", "交通运输")),
)
SPRINGS = 7
TOP, BOTTOM = 30, 310


@dataclass(frozen=True)
class Door:
    """A theme of the individual half: what lies behind it in a few names."""

    theme: str
    icon: str
    names: str
    count: int


@dataclass(frozen=True)
class Stage:
    """A stage of the enterprise's path with (theme, how many); one with a single theme shows its matters themselves."""

    title: str
    themes: tuple[tuple[str, int], ...]
    matters: tuple[Brief, ...]


@dataclass(frozen=True)
class Spring:
    """One department in the picture of many lines that join: its short name and its place from the top, in pixels."""

    name: str
    y: int


def life_doors(briefs: Iterable[Brief]) -> tuple[Door, ...]:
    """Themes for individuals, in the order of `ICONS`, others after."""
    found: dict[str, list[Brief]] = {}
    for brief in briefs:
        if brief.audience == "individual":
            found.setdefault(brief.theme, []).append(brief)
    order = [*(t for t in ICONS if t in found), *(t for t in found if t not in ICONS)]
    return tuple(
        Door(t, ICONS.get(t, "layout-grid"), "、".join(_bare(b.name) for b in found[t][:3]), len(found[t]))
        for t in order
    )


def firm_stages(briefs: Iterable[Brief]) -> tuple[Stage, ...]:
    """Themes for enterprises by stage; a theme that no stage names stands in a stage 其他."""
    found: dict[str, list[Brief]] = {}
    for brief in briefs:
        if brief.audience == "enterprise":
            found.setdefault(brief.theme, []).append(brief)
    known = {theme for _, themes in STAGES for theme in themes}
    stages = []
    for title, themes in [*STAGES, ("其他", tuple(theme for theme in found if theme not in known))]:
        here = tuple((theme, len(found[theme])) for theme in themes if theme in found)
        if here:
            stages.append(Stage(title, here, tuple(found[here[0][0]]) if len(here) == 1 else ()))
    return tuple(stages)


def sayings(briefs: Iterable[Brief], most: Sequence[Brief]) -> tuple[str, ...]:
    """Five words that people search by: of what is filed most, then of the largest themes of people's lives."""
    themes: dict[str, list[Brief]] = {}
    for brief in briefs:
        if brief.audience == "individual":
            themes.setdefault(brief.theme, []).append(brief)
    firsts = [group[0] for group in sorted(themes.values(), key=len, reverse=True)]
    words = (brief.keywords[0] for brief in (*most[:1], *firsts) if brief.keywords)
    return tuple(dict.fromkeys(words))[:5]


def confluence(briefs: Iterable[Brief]) -> tuple[Spring, ...]:
    """The departments of the matter that joins most of them, spread over the height of the picture."""
    widest = max(briefs, key=lambda brief: len(brief.departments), default=None)
    names = list(widest.departments.values())[:SPRINGS] if widest else []
    gap = (BOTTOM - TOP) / max(len(names) - 1, 1)
    return tuple(Spring(name, round(TOP + gap * place)) for place, name in enumerate(names))


def _bare(name: str) -> str:
    return name.removeprefix("我要").removeprefix("我")
