"""Pure: an index of what people may type to find a matter, held in memory, and the ranking of what it finds.

Chinese is matched by pairs of characters (no dictionary of words can know how people speak), by pairs of pinyin
syllables, which forgives a wrong character that sounds alike, and by pairs with one character between them, which
forgives any other. Letters are matched as text, as full pinyin and as initials.
"""

import itertools
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z0-9]+")
QUERY_LIMIT = 100

# How much each kind of evidence is worth against a pair of the very characters.
PAIR, SOUND, SKIP, SINGLE, SYNONYM = 1.0, 0.55, 0.3, 0.15, 0.6
# Below this share of the query's weight, what was found is chance.
ENOUGH = 0.22


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of text of a document. `weight`: how much a match in it says; `why`: what to tell the reader."""

    text: str
    weight: float
    why: str
    by_sound: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    key: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Found:
    key: str
    score: float
    why: str


@dataclass(slots=True)
class _Spoken:
    """A phrase as it sounds: syllables joined, where each begins, and their initials."""

    document: int
    phrase: Phrase
    syllables: str
    starts: frozenset[int]
    initials: str
    core: str


@dataclass(frozen=True)
class Speech:
    """How people speak. `fillers`: what they say around the thing they want; `synonyms`: groups of like meaning."""

    fillers: Sequence[str] = ()
    synonyms: Sequence[Sequence[str]] = ()

    def bare(self, text: str) -> str:
        """Normal text without the fillers; empty when it holds nothing else."""
        return self._filler.sub("", text) if self.fillers else text

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        # Longest first, so that 我想要 goes before 我想.
        return re.compile("|".join(re.escape(word) for word in sorted(self.fillers, key=len, reverse=True)))

    @cached_property
    def others(self) -> dict[str, tuple[str, ...]]:
        """Word -> the other words of its groups."""
        found: dict[str, tuple[str, ...]] = {}
        for group in self.synonyms:
            for word in group:
                found[word] = found.get(word, ()) + tuple(other for other in group if other != word)
        return found


@dataclass
class Index:
    documents: Sequence[Document]
    speech: Speech
    # gram -> document number -> the best phrase it stands in
    postings: dict[str, dict[int, Phrase]] = field(default_factory=lambda: defaultdict(dict))
    spoken: list[_Spoken] = field(default_factory=list)

    @classmethod
    def build(cls, documents: Sequence[Document], speech: Speech) -> "Index":
        """The index of these documents, for people who speak like this."""
        index = cls(documents, speech)
        for number, document in enumerate(documents):
            for phrase in document.phrases:
                index._add(number, phrase)
        return index

    def _add(self, number: int, phrase: Phrase) -> None:
        text = normal(phrase.text)
        for gram in (*_text_grams(text), *(_sound_grams(text) if phrase.by_sound else ())):
            held = self.postings[gram].get(number)
            if held is None or held.weight < phrase.weight:
                self.postings[gram][number] = phrase
        if phrase.by_sound:
            for core in dict.fromkeys((text, self.speech.bare(text))):
                if core:
                    self.spoken.append(_speak(number, phrase, core))

    def find(self, query: str, limit: int = 10) -> list[Found]:
        """The best documents for what somebody typed, best first; empty when nothing fits well enough."""
        text = normal(query[:QUERY_LIMIT])
        core = self.speech.bare(text)
        if not core:
            return []
        scores: dict[int, float] = defaultdict(float)
        reasons: dict[int, tuple[float, str]] = {}
        if HAN.search(core):
            self._by_grams(core, scores, reasons)
            self._by_whole_phrases(text, core, scores, reasons)
        if LATIN.search(core):
            self._by_letters(core, scores, reasons)
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        best = ranked[0][1] if ranked else 0.0
        least = max(ENOUGH, best * 0.25)
        return [
            Found(self.documents[number].key, round(score, 4), reasons[number][1])
            for number, score in ranked[:limit]
            if score >= least
        ]

    def _by_grams(self, core: str, scores: dict[int, float], reasons: dict[int, tuple[float, str]]) -> None:
        """Share of the query's pairs that a document holds, rare ones counting more, by the phrase they stand in."""
        wanted = self._weighted_grams(core)
        total = sum(self._rarity(gram) * weight for gram, weight in wanted.items() if weight == PAIR) or 1.0
        for gram, weight in wanted.items():
            worth = self._rarity(gram) * weight / total
            for number, phrase in self.postings.get(gram, {}).items():
                gain = worth * phrase.weight
                scores[number] += gain
                if gain > reasons.get(number, (0.0, ""))[0]:
                    reasons[number] = (gain, phrase.why)

    def _weighted_grams(self, core: str) -> dict[str, float]:
        wanted: dict[str, float] = {}
        for gram in _text_grams(core):
            wanted[gram] = PAIR if len(gram) == 2 else SKIP if len(gram) == 3 else SINGLE
        for gram in _sound_grams(core):
            wanted.setdefault(gram, SOUND)
        for word, others in self.speech.others.items():
            if word in core:
                for other in others:
                    for gram in _text_grams(other):
                        if len(gram) == 2 or len(other) == 1:
                            wanted.setdefault(gram, SYNONYM)
        return wanted

    def _rarity(self, gram: str) -> float:
        return math.log(1 + len(self.documents) / (1 + len(self.postings.get(gram, ()))))

    def _by_whole_phrases(
        self, text: str, core: str, scores: dict[int, float], reasons: dict[int, tuple[float, str]]
    ) -> None:
        """A whole name or keyword inside the query, or the query inside one, says more than its pairs do."""
        best: dict[int, tuple[float, str]] = {}
        for spoken in self.spoken:
            phrase = spoken.core
            if len(phrase) < 2:
                continue
            if phrase in (core, text):
                gain = 1.6
            elif phrase in text:
                gain = 0.5 + 0.6 * len(phrase) / len(core)
            elif len(core) > 1 and core in phrase:
                gain = 0.4 + 0.6 * len(core) / len(phrase)
            else:
                likeness = fuzz.ratio(core, phrase) if min(len(core), len(phrase)) > 2 else 0
                gain = 0.5 * likeness / 100 if likeness >= 66 else 0.0
            gain *= spoken.phrase.weight
            if gain > best.get(spoken.document, (0.0, ""))[0]:
                best[spoken.document] = (gain, spoken.phrase.why)
        self._credit(best, scores, reasons)

    def _by_letters(self, core: str, scores: dict[int, float], reasons: dict[int, tuple[float, str]]) -> None:
        """Full pinyin, initials, or Latin words as they stand (KTV, 4S). Chinese in between is spelt out."""
        letters = "".join(LATIN.findall("".join(lazy_pinyin(core))))
        best: dict[int, tuple[float, str]] = {}
        for spoken in self.spoken:
            gain = _letters_gain(letters, spoken) * spoken.phrase.weight
            if gain > best.get(spoken.document, (0.0, ""))[0]:
                best[spoken.document] = (gain, spoken.phrase.why)
        self._credit(best, scores, reasons)

    @staticmethod
    def _credit(
        best: dict[int, tuple[float, str]], scores: dict[int, float], reasons: dict[int, tuple[float, str]]
    ) -> None:
        for number, (gain, why) in best.items():
            scores[number] += gain
            if gain > reasons.get(number, (0.0, ""))[0]:
                reasons[number] = (gain, why)


def normal(text: str) -> str:
    """Full-width letters made plain, lower case, everything but Chinese, letters and digits taken out."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in plain if HAN.match(character) or LATIN.match(character))


def _text_grams(text: str) -> Iterator[str]:
    """Single characters, pairs, and pairs around any one character ("便·店")."""
    for run in HAN.findall(text):
        yield from run
        for place in range(len(run) - 1):
            yield run[place : place + 2]
        for place in range(len(run) - 2):
            yield f"{run[place]}·{run[place + 2]}"
    for run in LATIN.findall(text):
        if len(run) == 2:
            yield run


def _sound_grams(text: str) -> Iterator[str]:
    """Pairs of syllables, marked so that they meet no text."""
    for run in HAN.findall(text):
        syllables = lazy_pinyin(run)
        for one, two in itertools.pairwise(syllables):
            yield f"~{one}-{two}"


def _speak(number: int, phrase: Phrase, core: str) -> _Spoken:
    syllables = [part for one in lazy_pinyin(core) for part in LATIN.findall(one.lower())]
    starts, at = set(), 0
    for syllable in syllables:
        starts.add(at)
        at += len(syllable)
    initials = "".join(syllable if syllable.isdigit() else syllable[0] for syllable in syllables)
    return _Spoken(number, phrase, "".join(syllables), frozenset(starts), initials, core)


def _letters_gain(letters: str, spoken: _Spoken) -> float:
    """0 to 1.5: how well letters spell a phrase, from one of its syllables on."""
    if letters in (spoken.syllables, spoken.initials):
        return 1.5
    if len(letters) >= 2:
        at = spoken.syllables.find(letters)
        while at >= 0:
            if at in spoken.starts:
                return 0.4 + 0.6 * len(letters) / len(spoken.syllables)
            at = spoken.syllables.find(letters, at + 1)
        at = spoken.initials.find(letters)
        if at >= 0 and len(letters) >= 3:
            return (0.35 if at else 0.45) + 0.5 * len(letters) / len(spoken.initials)
        if at == 0:
            return 0.3
    if len(letters) >= 6 and abs(len(letters) - len(spoken.syllables)) <= 2:
        likeness = fuzz.ratio(letters, spoken.syllables)
        return 0.9 * likeness / 100 if likeness >= 85 else 0.0
    return 0.0
