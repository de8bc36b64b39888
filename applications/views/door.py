"""The door of every page: who comes in, what was posted, and how a refusal of a rule is answered."""

from departments.doors import MAX_ID, View, by_htmx, posted, posted_number, signed_in_with, status_of

__all__ = ["MAX_ID", "View", "by_htmx", "personal", "posted", "posted_number", "signed_in_with", "status_of"]


def personal(view: View) -> View:
    """Whoever is signed in; what they see there is their own."""
    return signed_in_with(lambda actor: True, view, "my-applications")
