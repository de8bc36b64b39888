"""Model fields whose value is encrypted in the database and plain in Python. They can be stored, never searched."""

import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from foundation.crypto import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Text; empty stays empty, so that "nothing stored" can be seen without a key."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: search by its blind index")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: search by its blind index")


class EncryptedJSONField(EncryptedTextField):
    """Anything JSON can hold, stored as one encrypted text."""

    # For the type checker: not text, as the parent's would be.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(decrypt(value)) if value else value

    def to_python(self, value: Any) -> Any:
        return value
