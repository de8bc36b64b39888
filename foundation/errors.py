"""What an operation raises when a rule says no: always a clear Chinese sentence for the person who asked."""


class Refused(Exception):
    """A rule refuses. `message` is shown as it stands; `field` names the form field it belongs to, if one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else was faster: what the actor saw is no longer so. Pages answer 409 and show the new state."""


class NotAllowed(Refused):
    """The actor may not do this to that object. Pages answer 403, or 404 where existence itself is private."""
