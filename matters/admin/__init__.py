"""The catalogue administrator's pages. Saving changes a draft only; people see it when a revision is published."""

from matters.admin import dictionaries, exchange, law, matter, misses, release, revision, sayings, whatif

__all__ = ["dictionaries", "exchange", "law", "matter", "misses", "release", "revision", "sayings", "whatif"]
