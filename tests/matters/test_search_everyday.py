"""The search held against a list of everyday questions: whole sentences, situations, pinyin, slips, and what is no
matter of ours. Single phrases are not what counts here, the share is: an administrator's word must not break another.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from matters.finding import Index

FOUND_AT_LEAST, REFUSED_AT_LEAST = 0.97, 0.9


class Asked(NamedTuple):
    text: str
    expect: list[str]


LIST = [Asked(**row) for row in yaml.safe_load(Path(__file__).with_name("everyday.yaml").read_text(encoding="utf-8"))]
MATTERS = [asked for asked in LIST if asked.expect]
NONE = [asked for asked in LIST if not asked.expect]


def test_the_right_matter_is_among_the_first_three(index: Index) -> None:
    missed = [
        (asked.text, asked.expect, first)
        for asked in MATTERS
        if not set(asked.expect) & set(first := [found.key for found in index.find(asked.text, 3)])
    ]
    assert len(missed) <= len(MATTERS) * (1 - FOUND_AT_LEAST), missed


def test_where_no_matter_fits_nothing_is_found(index: Index) -> None:
    found = [(asked.text, hits[0]) for asked in NONE if (hits := index.find(asked.text, 3))]
    assert len(found) <= len(NONE) * (1 - REFUSED_AT_LEAST), found


def test_every_matter_is_found_by_each_situation_it_holds(index: Index) -> None:
    """A phrase that leads elsewhere belongs elsewhere."""
    lost = [
        (document.key, phrase.text)
        for document in index.documents
        if not document.outside
        for phrase in document.phrases
        if phrase.why.startswith("常见说法") and document.key not in [found.key for found in index.find(phrase.text, 3)]
    ]
    assert lost == []


@pytest.mark.parametrize("document", ["name", "keyword"])
def test_every_name_and_search_word_finds_its_matter(index: Index, document: str) -> None:
    why = "名称" if document == "name" else "搜索词"
    lost = [
        (one.key, phrase.text)
        for one in index.documents
        for phrase in one.phrases
        if phrase.why.startswith(why) and one.key not in [found.key for found in index.find(phrase.text, 3)]
    ]
    assert lost == []
