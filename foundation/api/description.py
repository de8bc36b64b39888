"""The OpenAPI description: sign-in by session, and to every operation the errors it can answer with."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class SessionInSchema(SessionScheme):
    target_class = "foundation.api.requests.Session"
    name = "session"


class SystemInSchema(OpenApiAuthenticationExtension):
    """A department's own system: the token; the signature of an act stands in docs/connect-a-department.md."""

    target_class = "departments.systems.System"
    name = "system"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Fault(serializers.Serializer):
    """`attr`: the field it belongs to, null when none."""

    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class Faults(serializers.Serializer):
    """The one shape of every error."""

    type = serializers.ChoiceField(["validation_error", "client_error", "server_error"])
    errors = Fault(many=True)


class DoorSchema(AutoSchema):
    """Adds to every operation the errors it can answer with."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction=direction)
        if direction == "response":
            for code in self._error_codes():
                found.setdefault(code, self._get_response_for_code(Faults, code))
        return found

    def _error_codes(self) -> list[str]:
        acts = self.method == "POST"
        codes = ["400", "405", "406"]
        if any(self.get_auth()) and {} not in self.get_auth():
            codes += ["401", "403"]
        if "{" in self.path:
            codes.append("404")
        if acts:
            codes += ["409", "413", "415", "422"]
        return sorted(codes)


def only_chinese(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Docstrings are for those who write the code; the description keeps what was written for its readers."""
    for shape in result["components"]["schemas"].values():
        if not any("\u4e00" <= character <= "\u9fff" for character in shape.get("description", "")):
            shape.pop("description", None)
    return result
