"""What an operation refuses, in the one shape of errors."""

from django.core.exceptions import BadRequest, ObjectDoesNotExist, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, status

from foundation.errors import Conflict, NotAllowed, Refused

UNREADABLE = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)


class RuleSaysNo(exceptions.APIException):
    """A Refused as the API answers it: 409 somebody was faster, 403 not this person's, 422 any other rule."""

    def __init__(self, refusal: Refused) -> None:
        self.status_code, code = status.HTTP_422_UNPROCESSABLE_ENTITY, "refused"
        if isinstance(refusal, Conflict):
            self.status_code, code = status.HTTP_409_CONFLICT, "conflict"
        elif isinstance(refusal, NotAllowed):
            self.status_code, code = status.HTTP_403_FORBIDDEN, "not_allowed"
        said = exceptions.ErrorDetail(refusal.message, code)
        self.detail = {refusal.field: [said]} if refusal.field else said


class RuleHandler(ExceptionHandler):
    """Operations raise what they raise for pages; here it becomes the one shape of errors."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, Refused):
            return RuleSaysNo(exc)
        if isinstance(exc, ObjectDoesNotExist):
            return exceptions.NotFound()
        # Looking for the CSRF token reads a form's body, and that can fail in all of these ways.
        if isinstance(exc, UNREADABLE):
            return exceptions.ParseError()
        converted: Exception = super().convert_known_exceptions(exc)
        return converted
