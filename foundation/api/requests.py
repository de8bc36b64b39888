"""Who asks and what they send. Settings name these classes, so nothing here may import the framework's views."""

import io
import json
from typing import Any

from rest_framework import exceptions, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

LARGEST_BODY = 64 * 1024  # bytes; the longest opinion with its reason is far below


class Session(SessionAuthentication):
    """The portal's own session with its CSRF token; who has none gets 401, and 403 is left to those signed in."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="portal"'


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "内容太长了。"


class JSONBody(JSONParser):
    """JSON of a bounded length, without nesting that exhausts the stack and without half characters."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge
        try:
            data = super().parse(io.BytesIO(body), media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError):
            raise exceptions.ParseError from None
        return data
