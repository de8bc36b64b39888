"""The one merged form as a page shows and sends it: boxes with their keyboards, and reading back what was typed.

Pure. Whether a value is fit is decided in `applications.filling`; here nothing is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from applications.filling import TEXT_LIMITS, brought_by, clean, digest, fault_in, plain
from foundation.errors import Refused
from matters.plan import FormSection, PlannedField, Scheme
from matters.specs import FieldSpec

# Names of boxes that belong to no field: an underscore cannot begin a code of the catalogue.
SHOWN = "_shown"
SEEN = "_seen."
DATE_PARTS = (("y", "年", 4), ("m", "月", 2), ("d", "日", 2))
YES_NO = (("yes", "是"), ("no", "否"))


@dataclass(frozen=True)
class Keyboard:
    """How a phone helps to fill in a box: HTML attributes of the input."""

    type: str = "text"
    inputmode: str = ""
    width: str = ""
    plain: bool = False  # no capital at the start, no red line below: a code, not a sentence


KEYBOARDS = {
    "text": Keyboard(width="w-text"),
    "address": Keyboard(),
    "number": Keyboard(inputmode="decimal", width="w-num"),
    "money": Keyboard(inputmode="decimal", width="w-num"),
    "integer": Keyboard(inputmode="numeric", width="w-num"),
    "id-number": Keyboard(width="w-text", plain=True),  # ends in X now and then, so no keyboard of digits alone
    "uscc": Keyboard(width="w-text", plain=True),
    "phone": Keyboard(type="tel", inputmode="tel", width="w-text", plain=True),
    "email": Keyboard(type="email", inputmode="email", width="w-text", plain=True),
}
# The browser may offer what it knows of whoever holds the phone only where the box asks for just that person.
AUTOCOMPLETE = {
    "profile.name": "name",
    "profile.agent_name": "name",
    "profile.phone": "tel",
    "profile.agent_phone": "tel",
    "profile.address": "street-address",
}


@dataclass(frozen=True)
class Reader:
    """Who reads a field: a department, and for which of its items."""

    department: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """One field on the page. `wrong` is its fault without the label; `theirs` what another page saved meanwhile.

    `seen`: digest of the value that the person was shown, `stored`: of what the draft holds. `origin`: in words, where
    a value came from that nobody confirmed yet. `comes`: the item whose grant fills this field in.
    """

    spec: FieldSpec
    value: Any
    readers: tuple[Reader, ...]
    wrong: str = ""
    theirs: str | None = None
    origin: str = ""
    comes: str = ""
    seen: str = ""
    stored: str = ""

    @property
    def name(self) -> str:
        return self.spec.code

    @property
    def id(self) -> str:
        return f"f-{self.spec.code}"

    @property
    def group(self) -> bool:
        """Several boxes under one legend."""
        return self.spec.type in ("choice", "multichoice", "boolean", "date")

    @property
    def first_id(self) -> str:
        """Where a link from the summary of mistakes sets the cursor."""
        if self.spec.type == "date":
            return f"{self.id}-y"
        return f"{self.id}-1" if self.group else self.id

    @property
    def keyboard(self) -> Keyboard:
        return KEYBOARDS.get(self.spec.type, Keyboard())

    @property
    def autocomplete(self) -> str:
        return AUTOCOMPLETE.get(self.spec.prefill, "off")

    @property
    def private(self) -> bool:
        """Never kept in the browser's own storage."""
        return self.spec.type == "id-number"

    @property
    def limits(self) -> str:
        """The limits of the field in words, where it has some that people run into."""
        if self.spec.type == "textarea":
            return f"最多 {TEXT_LIMITS['textarea']} 个字"
        least, most = self.spec.min, self.spec.max
        if self.spec.type not in ("number", "integer", "money") or most is None:
            return ""
        unit = f"\u00a0{self.unit}" if self.unit else ""
        return f"填 {plain(least or 0)} 到 {plain(most)}{unit}"

    @property
    def unit(self) -> str:
        return self.spec.unit or ("元" if self.spec.type == "money" else "")

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(code, label, chosen), with a way back to “nothing” where the field may stay empty."""
        options = YES_NO if self.spec.type == "boolean" else [(c.code, c.label) for c in self.spec.choices]
        chosen = self.value if isinstance(self.value, list) else [self.value]
        found = [(code, label, code in chosen) for code, label in options]
        if self.spec.type != "multichoice" and not self.spec.required:
            found.append(("", "不填", not any(picked for _, _, picked in found)))
        return found

    @property
    def parts(self) -> list[tuple[str, str, int, str]]:
        """(suffix, label, longest, value) of a date's three boxes; also of a date typed wrongly."""
        pieces = str(self.value or "").split("-", 2)
        pieces += [""] * (3 - len(pieces))
        return [(suffix, label, size, piece) for (suffix, label, size), piece in zip(DATE_PARTS, pieces, strict=True)]

    @property
    def described_by(self) -> str:
        """The ids of help, mistake, other text and origin, for aria-describedby."""
        there = {
            "help": self.spec.help or self.limits or self.comes,
            "wrong": self.wrong,
            "theirs": self.theirs is not None,
            "origin": self.origin,
        }
        return " ".join(f"{self.id}-{part}" for part, shown in there.items() if shown)

    @property
    def used(self) -> str:
        """Who reads this field, in a line; a field that several departments share is filled in once."""
        if len(self.readers) > 1:
            return f"{len(self.readers)}\u00a0个部门都用这一栏，只填这一次"
        return f"{self.readers[0].department}在用" if self.readers else ""


@dataclass(frozen=True)
class AskedBox:
    """A field that a correction asks about, and what it says is wrong."""

    box: Box
    text: str


def users_of(scheme: Scheme, item_codes: Iterable[str]) -> tuple[str, ...]:
    """Short names of the departments behind these items, each once."""
    return tuple(reader.department for reader in readers_of(scheme, item_codes))


def readers_of(scheme: Scheme, item_codes: Iterable[str]) -> tuple[Reader, ...]:
    """The departments behind these items, each once with its items."""
    plan = scheme.plan
    items: dict[str, list[str]] = {}
    for code in item_codes:
        item = plan.items[code]
        items.setdefault(plan.departments[item.department].short_name, []).append(item.name)
    return tuple(Reader(department, tuple(names)) for department, names in items.items())


def boxes(
    scheme: Scheme,
    section: FormSection,
    form: Mapping[str, Any],
    *,
    checked: bool = False,
    both: Mapping[str, Any] | None = None,
    seen: Mapping[str, str] | None = None,
    origins: Mapping[str, str] | None = None,
) -> list[Box]:
    """The boxes of one section, filled from `form`, what the draft holds.

    `checked`: say what is missing or wrong. `both`: what this page sent and is not stored, because another page wrote
    something else; such a box shows the page's own text, and keeps for its base the digest in `seen`. `origins`: of
    the draft.
    """
    mine = both or {}
    found = []
    for planned in section.fields:
        spec = planned.spec
        stored = form.get(spec.code, "")
        value = mine.get(spec.code, stored)
        wrong = (fault_in(scheme, spec, value) or "") if checked else ""
        item = brought_by(scheme, spec)
        found.append(
            Box(
                spec=spec,
                value=value,
                readers=readers_of(scheme, planned.used_by),
                wrong=wrong.removeprefix(f"{spec.label}："),
                theirs=in_words(spec, stored) if spec.code in mine else None,
                origin=origin_in_words((origins or {}).get(spec.code, "")) if value not in ("", []) else "",
                comes=scheme.plan.items[item].result.name or scheme.plan.items[item].name if item else "",
                seen=(seen or {}).get(spec.code, "") if spec.code in mine else digest(stored),
                stored=digest(stored),
            )
        )
    return found


def asked_boxes(
    scheme: Scheme,
    asks: Iterable[Mapping[str, Any]],
    form: Mapping[str, Any],
    typed: Mapping[str, Any],
    refusal: Refused | None,
) -> list[AskedBox]:
    """The boxes of the fields that an open correction asks about, with what was `typed` and just refused."""
    texts = {ask["field"]: str(ask["text"]) for ask in asks if "field" in ask}
    found = []
    for planned in scheme.fields:
        spec = planned.spec
        if text := texts.get(spec.code):
            wrong = refusal.message.removeprefix(f"{spec.label}：") if refusal and refusal.field == spec.code else ""
            value = typed.get(spec.code, form.get(spec.code, ""))
            found.append(AskedBox(Box(spec, value, readers_of(scheme, planned.used_by), wrong=wrong), text))
    return found


def origin_in_words(origin: str) -> str:
    """Where a value came from that was filled in for somebody: `Draft.origins` as a person reads it."""
    kind, _, day = origin.partition(":")
    if kind == "case":
        told = date.fromisoformat(day)
        return f"来自上次办理（{told.year}\u00a0年\u00a0{told.month}\u00a0月\u00a0{told.day}\u00a0日）"
    return {"profile": "来自您的资料", "picture": "从证件照片里读出，请核对"}.get(kind, "")


def read_values(fields: Mapping[str, FieldSpec], data: QueryDict) -> dict[str, Any]:
    """What was typed into the boxes that the page showed; a box that was not there keeps its stored value."""
    values: dict[str, Any] = {}
    for code in dict.fromkeys(data.getlist(SHOWN)):
        spec = fields.get(code)
        if spec is None:
            continue
        if spec.type == "date":
            pieces = [data.get(f"{code}.{suffix}", "").strip() for suffix, _, _ in DATE_PARTS]
            values[code] = clean(spec, "-".join(piece[:10] for piece in pieces) if any(pieces) else "")
        elif spec.type == "multichoice":
            values[code] = clean(spec, data.getlist(code))
        else:
            values[code] = clean(spec, data.get(code, ""))
    return values


def read_seen(data: QueryDict) -> dict[str, str]:
    """Code → digest of what the page had shown, as it says itself."""
    return {name.removeprefix(SEEN): str(value)[:16] for name, value in data.items() if name.startswith(SEEN)}


def in_words(spec: FieldSpec, value: Any) -> str:
    """A stored value as a person reads it: labels of choices, dates in Chinese, numbers with their unit."""
    if value in ("", [], None):
        return "没有填"
    labels: dict[str, str] = dict(YES_NO) if spec.type == "boolean" else {c.code: c.label for c in spec.choices}
    if isinstance(value, list):
        return "、".join(str(labels.get(one, one)) for one in value)
    if spec.type == "date":
        pieces = str(value).split("-", 2)
        if len(pieces) == 3 and all(piece.isdecimal() for piece in pieces):
            year, month, day = (int(piece) for piece in pieces)
            return f"{year}\u00a0年\u00a0{month}\u00a0月\u00a0{day}\u00a0日"
    unit = spec.unit or ("元" if spec.type == "money" else "")
    return labels.get(value, str(value)) + (f"\u00a0{unit}" if unit else "")


@dataclass(frozen=True)
class SectionState:
    """One line of the form's table of contents. `wrong` counts what was filled in but does not fit."""

    number: int
    title: str
    filled: int
    total: int
    wrong: int
    done: bool


def section_states(scheme: Scheme, form: Mapping[str, Any]) -> list[SectionState]:
    """How far each section is."""
    return [_section_state(scheme, number, section, form) for number, section in enumerate(scheme.sections, start=1)]


def _section_state(scheme: Scheme, number: int, section: FormSection, form: Mapping[str, Any]) -> SectionState:
    def has(field: PlannedField) -> bool:
        return form.get(field.spec.code, "") not in ("", [])

    faulty = [field for field in section.fields if fault_in(scheme, field.spec, form.get(field.spec.code, ""))]
    return SectionState(
        number=number,
        title=section.title,
        filled=sum(has(field) for field in section.fields),
        total=len(section.fields),
        wrong=sum(has(field) for field in faulty),
        done=not faulty,
    )


def typed_rows(found: Scheme, answers: Mapping[str, str], form: Mapping[str, Any]) -> list[list[str]]:
    """[label, value in words] of everything somebody said: the answers (情形), then the fields of the form, none masked."""
    questions = [[q.text, q.label_of(answers[q.code])] for q in found.plan.questions if q.code in answers]
    fields = [field.spec for section in found.sections for field in section.fields]
    return questions + [[spec.label, in_words(spec, form.get(spec.code, ""))] for spec in fields]
