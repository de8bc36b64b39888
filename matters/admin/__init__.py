"""The catalogue administrator's pages. Saving changes a draft only; people see it when a revision is published."""

from matters.admin import dictionaries, law, matter, release, revision

__all__ = ["dictionaries", "law", "matter", "release", "revision"]
