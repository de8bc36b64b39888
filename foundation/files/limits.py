"""How much a request may bring. Only views marked `takes_files` read large bodies; what enforces it is
`portal.middleware.BodyLimitMiddleware`, and a web server in front should be set to the same (docs/operations.md).
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.response import HttpResponseBase

from foundation.files.operations import MAX_BYTES

BESIDE = 1024 * 1024  # what a form sends beside its file
ELSEWHERE = 2 * 1024 * 1024  # the merged form of the largest matter, nothing else
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def takes_files(at_once: int = 1) -> Callable[[View], View]:
    """Mark a view whose requests may bring as many bytes as so many of the largest files. Stands innermost."""

    def mark(view: View) -> View:
        setattr(view, "body_limit", at_once * MAX_BYTES + BESIDE)
        return view

    return mark


class CappedFile(TemporaryFileUploadHandler):
    """Streams a file to disk and stops writing one byte beyond the limit, so that `store` can say why it is refused."""

    written = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.written = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = MAX_BYTES + 1 - self.written
        if room > 0:
            piece = raw_data[:room]
            self.written += len(piece)
            super().receive_data_chunk(piece, start)

    def file_complete(self, file_size: int) -> Any:
        return cast(Any, super().file_complete(self.written))
