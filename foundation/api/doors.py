"""What every door of the API shares: strict input, nothing cached.

Doors hold no rules: they parse, call the operation that the page calls too, and answer.
"""

from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Strict(serializers.Serializer):
    """Input in which a key that nobody asked for is refused, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [key for key in data if key not in self.fields] if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({str(key)[:80]: ["没有这一项。"] for key in unknown[:20]}, code="unknown")
        return super().to_internal_value(data)


class Nothing(Strict):
    """The body of an act that takes no input."""


class Door(APIView):
    """A view of the API: nothing of it is kept by browsers or proxies."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer


class Nowhere(Door):
    """An address under /api/ that does not exist, in the one shape of errors."""

    permission_classes: list[type] = []
    authentication_classes: list[type] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound


def asked(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The query string as this shape reads it. Raises ValidationError (400)."""
    return _valid(shape(data=request.query_params.dict()))


def sent(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The JSON body as this shape reads it; no body counts as an empty one. Raises ValidationError (400)."""
    return _valid(shape(data=request.data))


def _valid(serializer: Strict) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found
