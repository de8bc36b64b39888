"""What a published plan is made of: frozen records, read from and written to the JSON that a revision stores.

Everything here describes *all* answers; `plan.scheme` says what applies under some of them. Lists keep the order
that people see; numbers of days are working days unless a name says otherwise.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from departments.workdays import most_working_days

Json = dict[str, Any]
When = Mapping[str, tuple[str, ...]]


def _when(value: Mapping[str, list[str]] | None) -> When | None:
    return {question: tuple(choices) for question, choices in value.items()} if value else None


@dataclass(frozen=True, slots=True)
class DepartmentBrief:
    """A department as a plan needs it. `level`: province | city | county | township; `mark` is its 文号字."""

    code: str
    name: str
    short_name: str
    level: str
    parent: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    code: str
    text: str
    choices: tuple[ChoiceSpec, ...]

    @classmethod
    def from_json(cls, data: Json) -> "QuestionSpec":
        return cls(data["code"], data["text"], tuple(ChoiceSpec(**choice) for choice in data["choices"]))

    def label_of(self, choice: str) -> str:
        """The label of a choice's code, the code itself when there is none."""
        return next((c.label for c in self.choices if c.code == choice), choice)


@dataclass(frozen=True, slots=True)
class StartsOn:
    """A step waits for something that the applicant does (building finished, cooling-off over)."""

    event: str
    within_days: int


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One item inside one matter. `after` locks its decision, `starts_after` its review."""

    item: str
    essential: bool
    after: tuple[str, ...] = ()
    starts_after: tuple[str, ...] = ()
    when: When | None = None
    starts_on: StartsOn | None = None

    @classmethod
    def from_json(cls, data: Json) -> "StepSpec":
        starts_on = data.get("starts_on")
        return cls(
            item=data["item"],
            essential=data["essential"],
            after=tuple(data["after"]),
            starts_after=tuple(data["starts_after"]),
            when=_when(data.get("when")),
            starts_on=StartsOn(**starts_on) if starts_on else None,
        )


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """A document of the dictionary. `provided_by`: applicant | government | third-party."""

    code: str
    name: str
    description: str
    provided_by: str
    issuer: str | None
    exempt: bool
    blank_form: bool
    result_of: str | None = None
    may_not_apply: bool = False
    channel: str = ""
    accepted_as: str = ""
    filling: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of the one merged form. `prefill`: `profile.<name>` or `result.<item>.number`, empty for none."""

    code: str
    label: str
    section: str
    type: str
    required: bool
    help: str = ""
    unit: str = ""
    choices: tuple[ChoiceSpec, ...] = ()
    pattern: str = ""
    min: float | None = None
    max: float | None = None
    prefill: str = ""
    when: When | None = None

    @classmethod
    def from_json(cls, data: Json) -> "FieldSpec":
        choices = tuple(ChoiceSpec(**choice) for choice in data["choices"])
        return cls(**{**data, "choices": choices, "when": _when(data.get("when"))})


@dataclass(frozen=True, slots=True)
class Ask:
    """An item asks for a material. `submit`: original | verify | copy | electronic; `need`: core | deferrable."""

    material: str
    submit: str
    copies: int
    need: str
    when: When | None = None

    @classmethod
    def from_json(cls, data: Json) -> "Ask":
        return cls(**{**data, "when": _when(data.get("when"))})


@dataclass(frozen=True, slots=True)
class Result:
    """What a grant gives. `kind`: licence | approval | receipt | notice | none; `valid_months` None: no expiry."""

    code: str
    name: str
    kind: str
    valid_months: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A lawful wait inside an item's clock: 公告, 公示, 冷静期. `days` in the clock's own unit."""

    kind: str
    days: int
    basis: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How an item's days run. `unit`: working | calendar."""

    unit: str = "working"
    waits: tuple[Wait, ...] = ()

    @property
    def calendar_days(self) -> bool:
        return self.unit == "calendar"

    @property
    def days_word(self) -> str:
        """What a number of its days is followed by."""
        return "个自然日" if self.calendar_days else "个工作日"

    def working(self, days: int) -> int:
        """How many working days so many of its days take; of calendar days the most that they can hold."""
        return most_working_days(days) if self.calendar_days else days


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """A cause for which the clock may be stopped (特别程序), with its legal basis; `days` None: not limited."""

    kind: str
    basis: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """How often somebody has to come in person for an item, who, and why."""

    times: int
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a review point looks at, a material or a field that the item asks for; the article that asks for it; whether
    it is seen at the place itself (一同核查)."""

    point: str
    material: str | None = None
    field: str | None = None
    article: str = ""
    site: bool = False


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An approval item, the smallest thing that one department decides. `elements`: see `matters.elements`."""

    code: str
    name: str
    department: str
    kind: str
    legal_basis: tuple[str, ...]
    conditions: tuple[str, ...]
    statutory_days: int
    promised_days: int
    inspection: bool
    commitment: bool
    fee: str
    result: Result
    asks: tuple[Ask, ...]
    fields: tuple[str, ...]
    points: tuple[str, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()
    presence: Presence | None = None
    creates_applicant: bool = False
    deferral_days: int | None = None
    own_form: bool = False
    clock: Clock = field(default_factory=Clock)
    about: tuple[About, ...] = ()
    elements: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Json) -> "ItemSpec":
        presence, clock = data["presence"], data["clock"]
        return cls(
            **{
                **data,
                "legal_basis": tuple(data["legal_basis"]),
                "conditions": tuple(data["conditions"]),
                "result": Result(**data["result"]),
                "asks": tuple(Ask.from_json(ask) for ask in data["asks"]),
                "fields": tuple(data["fields"]),
                "points": tuple(data["points"]),
                "about": tuple(About(**row) for row in data.get("about", ())),
                "special_procedures": tuple(SpecialProcedure(**row) for row in data["special_procedures"]),
                "presence": Presence(**presence) if presence else None,
                "clock": Clock(clock["unit"], tuple(Wait(**wait) for wait in clock["waits"])),
            }
        )


@dataclass(frozen=True)
class Plan:
    """A matter compiled for all answers: what a revision freezes and everybody reads.

    `items`, `materials`, `fields` and `departments` are keyed by code; `materials` stand in the order in which the
    steps first ask for them, `fields` in dictionary order. `departments` also holds the parents of the departments
    that decide and the issuers of materials, so that their names can be printed; `deciding` are those that decide.
    """

    number: int
    code: str
    name: str
    audience: str
    theme: str
    batch: int
    level: str
    keywords: tuple[str, ...]
    summary: str
    applicant: str
    tips: tuple[str, ...]
    before_visits: int
    before_days: int
    promised_days: int
    questions: tuple[QuestionSpec, ...]
    steps: tuple[StepSpec, ...]
    items: Mapping[str, ItemSpec]
    materials: Mapping[str, MaterialSpec]
    fields: Mapping[str, FieldSpec]
    departments: Mapping[str, DepartmentBrief]

    @classmethod
    def from_json(cls, data: Json) -> "Plan":
        """The plan from a revision's JSON. Raises KeyError or TypeError when it is not one."""
        items = (ItemSpec.from_json(row) for row in data["items"])
        fields = (FieldSpec.from_json(row) for row in data["fields"])
        return cls(
            **{
                **data,
                "keywords": tuple(data["keywords"]),
                "tips": tuple(data["tips"]),
                "questions": tuple(QuestionSpec.from_json(row) for row in data["questions"]),
                "steps": tuple(StepSpec.from_json(row) for row in data["steps"]),
                "items": {item.code: item for item in items},
                "materials": {row["code"]: MaterialSpec(**row) for row in data["materials"]},
                "fields": {f.code: f for f in fields},
                "departments": {row["code"]: DepartmentBrief(**row) for row in data["departments"]},
            }
        )

    def to_json(self) -> Json:
        """The JSON that `from_json` reads; equal plans give equal JSON. Mappings become lists to keep their order."""
        data: Json = _plain(self)
        for name in ("items", "materials", "fields", "departments"):
            data[name] = list(data[name].values())
        return data

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """Codes of the departments of all steps, in order of first appearance."""
        return tuple(dict.fromkeys(self.items[step.item].department for step in self.steps))

    @property
    def joint(self) -> bool:
        """True when two or more departments decide (联办)."""
        return len(self.deciding) > 1


# Came after revisions existed: left out while empty, so that those keep their hashes.
LEFT_OUT_EMPTY = frozenset({"about", "article", "site", "elements", "channel", "accepted_as", "filling"})


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as JSON has them; `dataclasses.asdict` is five times slower."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    found = {name: getattr(value, name) for name in value.__dataclass_fields__}
    return {name: _plain(part) for name, part in found.items() if part or name not in LEFT_OUT_EMPTY}


def plan_hash(plan: Json) -> str:
    """SHA-256 (hex) of the canonical JSON of a plan: sorted keys, no spaces, UTF-8."""
    text = json.dumps(plan, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
