"""What every form of a catalogue row asks before it saves: see `admin.edited`."""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from matters.likeness import Alike, alike
from matters.source.digest import row_digest
from matters.stored import field_positions, stored_catalogue

REASON_LIMIT = 300


class EditedForm(forms.ModelForm):
    """`kind`: the row's name in the source form. `named_by`: the field by which a dictionary's entry is known.

    Besides its fields it reads `seen`, the digest of the row when the page was opened; `over`, the digest of what one
    saves over knowingly; `confirmed`, the key of the effects one was shown; `anyway`, that a likeness was looked at, and
    `anyway_reason`, why there is to be another entry all the same.
    """

    kind: ClassVar[str] = ""
    named_by: ClassVar[str] = ""
    touches: Any = None
    # False for a trial: nothing is going to be saved, so nothing is asked.
    asks = True

    @cached_property
    def saved(self) -> str:
        """Digest of the row as it is saved now, questions, steps, asks and fields included; empty for a new one."""
        row = None if self.instance._state.adding else stored_catalogue().rows[self.kind].get(self.instance.pk)
        return row_digest(self.kind, row, field_positions().get(self.instance.pk, 0)) if row else ""

    @property
    def seen(self) -> str:
        """What the page sends back: what it was opened with, also when it is shown again."""
        return self.data.get("seen", "") if self.is_bound else self.saved

    @property
    def over(self) -> str:
        """What one knowingly saves over, sent on while other questions are asked, as long as it is what is saved."""
        return self.saved if self.is_bound and self.data.get("over") == self.saved else ""

    @cached_property
    def likes(self) -> list[Alike]:
        """Entries that probably mean the same as the name that is typed, where it is new."""
        name = self.data.get(self.named_by, "") if self.named_by else ""
        if not name or (not self.instance._state.adding and name == self.initial.get(self.named_by)):
            return []
        others = self._meta.model._default_manager.exclude(pk=self.data.get("code") or self.instance.pk)
        return alike(name, dict(others.values_list("pk", self.named_by)))

    @property
    def kept_apart(self) -> str:
        """Why an entry is made beside others that are alike; empty when nobody said so."""
        return self.data.get("anyway_reason", "").strip()[:REASON_LIMIT] if self.data.get("anyway") else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.asks:
            self._ask()
        return cleaned

    def _ask(self) -> None:
        data = self.data
        if self.saved and self.saved not in (data.get("seen"), data.get("over")):
            text = "您打开这一页之后，别人保存过它。您填的都还在，请对照两边的内容再决定。"
            self.add_error(None, ValidationError(text, code="conflict"))
        elif self.likes and not data.get("anyway"):
            text = "词典里已有意思相近的，请先看看能不能共用。一个意思只建一条。"
            self.add_error(None, ValidationError(text, code="alike"))
        elif self.likes and not self.kept_apart:
            text = "请写明为什么不能共用现有的，理由会记在历史里。"
            self.add_error(None, ValidationError(text, code="alike"))
        elif self.touches and not self.errors and data.get("confirmed") != self.touches.key:
            text = f"还没有保存：这一改会影响 {len(self.touches.matters)} 件事，看过清单，再点一次保存。"
            self.add_error(None, ValidationError(text, code="touches"))
