"""Pure: how people speak around the thing they want, for the search."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from matters.spelling import syllables

# Stands where fillers were, so that what was apart does not become neighbours; no letter, digit or Chinese.
GAP = " "


@dataclass(frozen=True)
class Speech:
    """`fillers`: words left out of a query; `synonyms`: groups of like meaning, the commonest word first. All of them
    as `spelling.normal` writes them."""

    fillers: Sequence[str] = ()
    synonyms: Sequence[Sequence[str]] = ()

    def bare(self, text: str) -> str:
        """Normal text without the fillers; empty when it holds nothing else."""
        return self._filler.sub("", text) if self.fillers else text

    def gaps(self, text: str) -> str:
        """Normal text with long fillers taken out and a gap in their place; short ones may be part of a word."""
        return self._long_filler.sub(GAP, text) if self.fillers else text

    def plain(self, text: str) -> str:
        """Text in which each word of a group of like meaning is the first of the group."""
        return self._synonym.sub(lambda found: self._first[found[0]], text) if self._first else text

    def bare_sounds(self, sounds: Sequence[str]) -> list[str]:
        """Syllables without those that spell a filler; as they are when nothing else is left."""
        kept = self._filler_sounds.sub("-", f"-{'-'.join(sounds)}-").strip("-")
        return kept.split("-") if kept else list(sounds)

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        return _any_of(self.fillers)

    @cached_property
    def _long_filler(self) -> re.Pattern[str]:
        return _any_of(word for word in self.fillers if len(word) > 1)

    @cached_property
    def _filler_sounds(self) -> re.Pattern[str]:
        spelt = {"-".join(syllables(word)) for word in self.fillers if word}
        return re.compile(f"(?:-(?:{_alternatives(spelt)})(?=-))+-" if spelt else "(?!)")

    @cached_property
    def _first(self) -> dict[str, str]:
        return {word: group[0] for group in reversed(self.synonyms) for word in group}

    @cached_property
    def _synonym(self) -> re.Pattern[str]:
        return _any_of(self._first)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_alternatives(words) or "(?!)")


def _alternatives(words: Iterable[str]) -> str:
    # Longest first, so that 我想要 goes before 我想.
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)) if word)
