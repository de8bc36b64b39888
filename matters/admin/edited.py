"""Editing what several people edit and many matters share: nobody overwrites unseen, nobody changes unawares.

Two things are asked before a save, as errors of the form, so that all that was typed stays: did somebody else save since
this page was opened (both texts are shown), and does one know what else the change touches (every matter is listed).
"""

from hashlib import sha256
from typing import Any, ClassVar, NamedTuple

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.db.models import Model
from django.forms.formsets import all_valid
from django.http import HttpRequest, HttpResponse

from departments.administration import EditorAdmin
from matters.operations.publishing import Draft, drafts
from matters.usage import published_with, usage_of
from matters.wording import plan_changes

SHOWN_CHANGES = 4


class Clash(NamedTuple):
    """A control in which what somebody else saved differs from what is typed here."""

    label: str
    theirs: str
    yours: str


class Effect(NamedTuple):
    """What a change does to a plan: in words, how many more words there are, and faults it would bring."""

    changes: tuple[str, ...]
    more: int
    faults: tuple[str, ...]


class Touches(NamedTuple):
    """All matters (code, name) that a change touches, those it alters alike together; `key`: exactly these effects."""

    groups: tuple[tuple[Effect, tuple[tuple[str, str], ...]], ...]
    key: str

    @property
    def matters(self) -> tuple[tuple[str, str], ...]:
        return tuple(matter for _, matters in self.groups for matter in matters)


class EditedAdmin(EditorAdmin):
    """A row of the catalogue. `kind` is its name in the source form; `shared`: it stands in many matters."""

    kind: ClassVar[str]
    shared: ClassVar[bool] = True
    change_form_before_template = "admin/matters/_edited.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Locked while it is saved: of two who save at once, the second sees what the first saved."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and transaction.get_connection().in_atomic_block:
            type(found)._default_manager.select_for_update(of=("self",)).filter(pk=found.pk).first()
            found.refresh_from_db()
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.kind, form.touches = self.kind, getattr(request, "touches", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if self.shared and object_id and request.method == "POST" and self.has_change_permission(request):
            setattr(request, "touches", self._touches(request, object_id))
        used = usage_of(self.kind, object_id) if self.shared and object_id else None
        held = published_with(self.kind, object_id) if used and object_id else None
        found = {**(extra_context or {}), "used": used, "held_by": held}
        return super().changeform_view(request, object_id, form_url, found)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        formsets = [one.formset for one in context["inline_admin_formsets"]]
        if form.is_bound and form.has_error(NON_FIELD_ERRORS, "conflict"):
            context["clashes"] = clashes(form, formsets)
        elif form.is_bound and form.has_error(NON_FIELD_ERRORS, "touches"):
            context["touches"] = form.touches
        return super().render_change_form(request, context, *args, **kwargs)

    def tried(self, request: HttpRequest, obj: Model, codes: set[str] | None = None) -> dict[str, Draft] | list[Any]:
        """The drafts (of `codes`; None: of all) as if what is typed were saved, or the forms with faults. Saves nothing."""
        with transaction.atomic():
            fields = flatten_fieldsets(self.get_fieldsets(request, obj))
            form = self.get_form(request, obj, change=True, fields=fields)(request.POST, request.FILES, instance=obj)
            form.asks = False
            valid = form.is_valid()
            saved = self.save_form(request, form, change=True) if valid else form.instance
            formsets, _ = self._create_formsets(request, saved, change=True)
            if not (all_valid(formsets) and valid):
                transaction.set_rollback(True)
                return [form, *(one for formset in formsets for one in formset.forms)]
            self.save_model(request, saved, form, change=True)
            for formset in formsets:
                self.save_formset(request, form, formset, change=True)
            found = drafts(codes)
            transaction.set_rollback(True)
        return found

    def _touches(self, request: HttpRequest, object_id: str) -> Touches | None:
        """Every matter whose draft the typed change alters; None when there is none, or the form has faults anyway."""
        obj = self.get_object(request, object_id)
        if obj is None:
            return None
        names = dict(usage_of(self.kind, obj.pk).matters)
        before = drafts(set(names))
        after = self.tried(request, obj, set(names))
        if not isinstance(after, dict):
            return None
        moved = [code for code in after if _differ(before[code], after[code])]
        if not moved:
            return None
        effects = "".join(f"{code}{after[code].hash}{after[code].faults}" for code in moved)
        groups: dict[Effect, list[tuple[str, str]]] = {}
        for code in moved:
            groups.setdefault(_effect(before[code], after[code]), []).append((code, names[code]))
        told = tuple((effect, tuple(matters)) for effect, matters in groups.items())
        return Touches(told, sha256(effects.encode()).hexdigest())


def clashes(form: Any, formsets: list[Any]) -> list[Clash]:
    """Where what is saved now and what is typed differ, control by control, inline rows after the row itself."""
    found = _clashes_of(form, "")
    for formset in formsets:
        for place, one in enumerate(formset.forms, start=1):
            if one.has_changed():
                found += _clashes_of(one, f"{formset.model._meta.verbose_name} {place} · ")
    return found


def _clashes_of(form: Any, before: str) -> list[Clash]:
    found = []
    for name in form.changed_data:
        bound = form[name]
        if name in ("id", "DELETE") or bound.is_hidden:
            continue
        theirs = _shown(bound.field, form.get_initial_for_field(bound.field, name))
        found.append(Clash(f"{before}{bound.label}", theirs, _shown(bound.field, bound.data)))
    return found


def _shown(field: Any, value: Any) -> str:
    """A value as the form shows it: labels of choices, lists line by line."""
    if value in (None, "", [], {}):
        return "（空）"
    if isinstance(value, bool) or (value == "on" and not hasattr(field, "choices")):
        return "是" if value else "否"
    value = field.prepare_value(value)
    choices = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))


def _differ(before: Draft, after: Draft) -> bool:
    return (before.hash, before.faults) != (after.hash, after.faults)


def _effect(before: Draft, after: Draft) -> Effect:
    changes = plan_changes(before.plan, after.plan) if before.plan and after.plan else []
    faults = tuple(fault.text for fault in after.faults)
    return Effect(tuple(changes[:SHOWN_CHANGES]), max(len(changes) - SHOWN_CHANGES, 0), faults)
