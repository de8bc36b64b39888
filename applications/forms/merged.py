"""The one merged form as a page shows and sends it: boxes with their keyboards, and reading back what was typed.

Pure. Whether a value is fit is decided in `applications.filling`; here nothing is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from applications.filling import clean, fault
from matters.plan import FormSection, PlannedField, Scheme
from matters.specs import FieldSpec

# Names of boxes that belong to no field: an underscore cannot begin a code of the catalogue.
SHOWN = "_shown"
DATE_PARTS = (("y", "年", 4), ("m", "月", 2), ("d", "日", 2))
YES_NO = (("yes", "是"), ("no", "否"))


@dataclass(frozen=True)
class Keyboard:
    """How a phone helps to fill in a box: HTML attributes of the input."""

    type: str = "text"
    inputmode: str = ""
    autocomplete: str = "off"
    width: str = ""


KEYBOARDS = {
    "text": Keyboard(width="w-text"),
    "address": Keyboard(autocomplete="street-address"),
    "number": Keyboard(inputmode="decimal", width="w-num"),
    "money": Keyboard(inputmode="decimal", width="w-num"),
    "integer": Keyboard(inputmode="numeric", width="w-num"),
    "id-number": Keyboard(width="w-text"),
    "uscc": Keyboard(width="w-text"),
    "phone": Keyboard(type="tel", inputmode="tel", autocomplete="tel", width="w-text"),
    "email": Keyboard(type="email", inputmode="email", autocomplete="email", width="w-text"),
}


@dataclass(frozen=True)
class Box:
    """One field on the page. `wrong` is its fault without the label; `theirs` what another page saved meanwhile."""

    spec: FieldSpec
    value: Any
    users: tuple[str, ...]
    wrong: str = ""
    theirs: str | None = None
    prefilled: bool = False

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
        """The ids of help, mistake, other text and users, for aria-describedby."""
        there = {"help": self.spec.help, "wrong": self.wrong, "theirs": self.theirs is not None, "used": self.used}
        return " ".join(f"{self.id}-{part}" for part, shown in there.items() if shown)

    @property
    def used(self) -> str:
        """Who reads this field; a field that several departments share is filled in once."""
        if len(self.users) > 1:
            return f"{len(self.users)}\u00a0个部门都用这一栏，只填这一次：{'、'.join(self.users)}"
        return f"{self.users[0]}在用" if self.users else ""


def users_of(scheme: Scheme, item_codes: Iterable[str]) -> tuple[str, ...]:
    """Short names of the departments behind these items, each once."""
    plan = scheme.plan
    departments = (plan.departments[plan.items[code].department] for code in item_codes)
    return tuple(dict.fromkeys(department.short_name for department in departments))


def boxes(
    scheme: Scheme,
    section: FormSection,
    form: Mapping[str, Any],
    *,
    checked: bool = False,
    theirs: Mapping[str, Any] | None = None,
    profile: Mapping[str, str] | None = None,
) -> list[Box]:
    """The boxes of one section, filled from `form`.

    `checked`: say what is missing or wrong. `theirs`: values another page saved, shown where they differ.
    `profile`: code → what the person's own data say, to mark what was filled in for them.
    """
    found = []
    for planned in section.fields:
        spec = planned.spec
        value = form.get(spec.code, "")
        wrong = (fault(spec, value) or "") if checked else ""
        other = (
            None if theirs is None or theirs.get(spec.code, "") == value else in_words(spec, theirs.get(spec.code, ""))
        )
        found.append(
            Box(
                spec=spec,
                value=value,
                users=users_of(scheme, planned.used_by),
                wrong=wrong.removeprefix(f"{spec.label}："),
                theirs=other,
                prefilled=bool(value) and (profile or {}).get(spec.code) == value,
            )
        )
    return found


def read_values(fields: Mapping[str, FieldSpec], data: QueryDict) -> dict[str, Any]:
    """What was typed into the boxes that the page showed; a box that was not there keeps its stored value."""
    values: dict[str, Any] = {}
    for code in dict.fromkeys(data.getlist(SHOWN)):
        spec = fields.get(code)
        if spec is None:
            continue
        if spec.type == "date":
            pieces = [data.get(f"{code}.{suffix}", "").strip() for suffix, _, _ in DATE_PARTS]
            values[code] = "-".join(piece[:10] for piece in pieces) if any(pieces) else ""
        elif spec.type == "multichoice":
            values[code] = clean(spec, data.getlist(code))
        else:
            values[code] = clean(spec, data.get(code, ""))
    return values


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
    return [_section_state(number, section, form) for number, section in enumerate(scheme.sections, start=1)]


def _section_state(number: int, section: FormSection, form: Mapping[str, Any]) -> SectionState:
    def has(field: PlannedField) -> bool:
        return form.get(field.spec.code, "") not in ("", [])

    faulty = [field for field in section.fields if fault(field.spec, form.get(field.spec.code, ""))]
    return SectionState(
        number=number,
        title=section.title,
        filled=sum(has(field) for field in section.fields),
        total=len(section.fields),
        wrong=sum(has(field) for field in faulty),
        done=not faulty,
    )
