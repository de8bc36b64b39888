"""Pure: an index of what people may say to find a matter, held in memory, and the ranking of what it finds.

Chinese is matched by pairs of characters (no dictionary of words can know how people speak), by rare single ones, by
pairs of syllables, which forgives a wrong character that sounds alike, and by pairs around one character, which forgives
any other. Each phrase of a matter is weighed by itself, so that a situation told inside a long sentence counts in full
and the words around it do little harm. Letters are matched as pinyin and as initials.

A document that is `outside` is no matter: where it fits best, nothing is found (护照, 天气).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from matters.letters import Spelling, letters_gain, spelling_of, typed_as
from matters.speech import Speech
from matters.spelling import HAN, LATIN, normal, pairs, skips, sound_grams, spelt, syllables

QUERY_LIMIT = 100
# How much each kind of evidence is worth against a pair of the very characters.
PAIR, SOUND, SOUND_OF_LITTLE, SKIP, SINGLE = 1.0, 0.55, 0.2, 0.3, 0.45
# What the best three phrases of a matter add, and all its evidence together.
BEST_PHRASES, ALTOGETHER = (1.0, 0.35, 0.2), 0.5
# Whole phrases: the same, one inside the other (and what the share of the longer adds), alike but for a slip.
SAME, INSIDE, INSIDE_SHARE, ALIKE, ALIKE_FROM = 1.0, 0.2, 0.5, 0.4, 66
# A best score below this is chance. Short questions meet by chance more easily than long ones: with every character
# beyond SHORT less is asked for.
SURE, SHORT, EASE, LEAST_SURE = 0.29, 6, 0.03, 0.08
# A long sentence may touch on what is no matter aside: by so much more, a character beyond SHORT, has that to fit.
ASIDE = 0.03
# What is too weak to be found, but strong enough to name its theme.
NEAR = 0.2
# A hit weaker than this share of the best is left out.
BESIDE_THE_BEST = 0.3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of text of a document. `weight`: how much a match in it says; `why`: what to tell the reader; `name`: it
    stands for the whole document, so that its pinyin, its initials and a slip in it are looked for."""

    text: str
    weight: float
    why: str
    name: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    key: str
    phrases: tuple[Phrase, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    key: str
    score: float
    why: str


@dataclass(slots=True)
class _Entry:
    """A phrase in the index. `root`: of all evidence it could give, the square root."""

    document: int
    phrase: Phrase
    core: str
    # As it is and without fillers; nothing for a phrase that is no name.
    spellings: tuple[Spelling, ...]
    root: float = 1.0


@dataclass
class _Tally:
    """What one query gives each document, and the strongest reason for it."""

    scores: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    reasons: dict[int, tuple[float, str]] = field(default_factory=dict)

    def ranked(self) -> list[tuple[int, float]]:
        """(document, score), best first; equals in the order of the documents."""
        return sorted(self.scores.items(), key=lambda pair: (-pair[1], pair[0]))

    def credit(self, best: Mapping[int, tuple[float, str]]) -> None:
        for number, (gain, why) in best.items():
            self.scores[number] += gain
            if gain > self.reasons.get(number, (0.0, ""))[0]:
                self.reasons[number] = (gain, why)


@dataclass
class Index:
    documents: Sequence[Document]
    speech: Speech
    entries: list[_Entry] = field(default_factory=list)
    # gram -> the entries that hold it
    postings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rarity: dict[str, float] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    @classmethod
    def build(cls, documents: Sequence[Document], speech: Speech) -> "Index":
        """The index of these documents, for people who speak like this."""
        index = cls(documents, speech)
        grams: list[dict[str, float]] = []
        for number, document in enumerate(documents):
            for phrase in document.phrases:
                text = normal(phrase.text)
                if not text:
                    continue
                core = (speech.bare(text) if phrase.name else text) or text
                index.known.update(syllables(text))
                spellings = tuple(spelling_of(one) for one in dict.fromkeys((text, core)) if phrase.name)
                index.entries.append(_Entry(number, phrase, core, spellings))
                grams.append(index.grams(text))
        index._weigh(grams)
        return index

    def _weigh(self, grams: Sequence[Mapping[str, float]]) -> None:
        holders: dict[str, set[int]] = defaultdict(set)
        for place, (entry, own) in enumerate(zip(self.entries, grams, strict=True)):
            for gram in own:
                self.postings[gram].append(place)
                holders[gram].add(entry.document)
        self.rarity = {gram: self._rarity(len(held)) for gram, held in holders.items()}
        for entry, own in zip(self.entries, grams, strict=True):
            entry.root = math.sqrt(sum(self.rarity[gram] * worth for gram, worth in own.items())) or 1.0

    def _rarity(self, holders: int) -> float:
        return math.log(1 + len(self.documents) / (0.5 + holders))

    def grams(self, text: str) -> dict[str, float]:
        """The evidence in normal text, gram -> worth: as it stands, without fillers, and in plain words."""
        core = self.speech.bare(text)
        plain = self.speech.plain(core)
        found: dict[str, float] = {}
        for version in dict.fromkeys((self.speech.gaps(text), core, plain)):
            for gram in pairs(version):
                found[gram] = PAIR
        for gram in sound_grams(self._sounds(text)):
            found.setdefault(gram, SOUND)
        # In few words a wrong character may be a little word that is left out: 农要店 sounds like 农药店.
        if len(core) <= SHORT:
            for gram in sound_grams(syllables(self.speech.gaps(text))):
                found.setdefault(gram, SOUND_OF_LITTLE)
        for gram in skips(core):
            found[gram] = SKIP
        for character in core:
            if HAN.match(character):
                found[character] = SINGLE
        return found

    def _sounds(self, text: str) -> list[str]:
        """The sounds of a text without its fillers, also where those are typed in pinyin."""
        core = self.speech.bare(text)
        if not LATIN.search(core):
            return syllables(core)
        return self.speech.bare_sounds(spelt(core, self.known))

    def find(self, query: str, limit: int = 10) -> list[Found]:
        """The best documents for what somebody typed, best first; empty when nothing fits well enough."""
        text = normal(query[:QUERY_LIMIT])
        core = self.speech.bare(text)
        tally = self.tally(text, core)
        beyond = max(0, len(core) - SHORT)
        ranked = [pair for pair in tally.ranked() if not self.documents[pair[0]].outside]
        others = max((score for number, score in tally.scores.items() if self.documents[number].outside), default=0.0)
        if not ranked or ranked[0][1] < max(LEAST_SURE, SURE - EASE * beyond):
            return []
        if others > ranked[0][1] * (1 + ASIDE * beyond):
            return []
        least = ranked[0][1] * BESIDE_THE_BEST
        return [
            Found(self.documents[number].key, round(score, 4), tally.reasons[number][1])
            for number, score in ranked[:limit]
            if score >= least
        ]

    def near(self, query: str, limit: int = 3) -> list[str]:
        """Keys of what comes nearest where `find` finds nothing; empty when even that is far, or nothing is meant."""
        text = normal(query[:QUERY_LIMIT])
        ranked = self.tally(text, self.speech.bare(text)).ranked()
        if not ranked or self.documents[ranked[0][0]].outside:
            return []
        return [self.documents[number].key for number, score in ranked[:limit] if self._is_near(number, score)]

    def _is_near(self, number: int, score: float) -> bool:
        return score >= NEAR and not self.documents[number].outside

    def tally(self, text: str, core: str) -> _Tally:
        """All evidence for normal `text`, whose `core` is what is left of it without fillers."""
        tally = _Tally()
        if not core:
            return tally
        touched = self._by_evidence(text, core, tally)
        if HAN.search(core):
            self._by_whole_phrases(text, core, touched, tally)
        if LATIN.search(core):
            self._by_letters(core, tally)
        return tally

    def _by_evidence(self, text: str, core: str, tally: _Tally) -> Mapping[int, float]:
        """How much of the query each phrase holds, rare evidence counting more; a matter by its best phrases."""
        unheard = self._rarity(0)
        whole = sum(self.rarity.get(gram, unheard) * worth for gram, worth in self.grams(core).items()) or 1.0
        masses: dict[int, float] = defaultdict(float)
        altogether: dict[int, float] = defaultdict(float)
        for gram, worth in self.grams(text).items():
            gain = self.rarity.get(gram, 0.0) * worth
            strongest: dict[int, float] = {}
            for place in self.postings.get(gram, ()):
                masses[place] += gain
                entry = self.entries[place]
                if entry.phrase.weight > strongest.get(entry.document, 0.0):
                    strongest[entry.document] = entry.phrase.weight
            for number, weight in strongest.items():
                altogether[number] += gain * weight
        phrases: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for place, mass in masses.items():
            entry = self.entries[place]
            phrases[entry.document].append((mass / entry.root * entry.phrase.weight, place))
        root, found = math.sqrt(whole), {}
        for number, shares in phrases.items():
            shares.sort(reverse=True)
            score = sum(part * share for part, (share, _) in zip(BEST_PHRASES, shares, strict=False)) / root
            found[number] = (
                score + ALTOGETHER * altogether[number] / whole,
                self.entries[shares[0][1]].phrase.why,
            )
        tally.credit(found)
        return masses

    def _by_whole_phrases(self, text: str, core: str, touched: Mapping[int, float], tally: _Tally) -> None:
        """A whole name or keyword inside the query, or the query inside one, says more than its pairs do."""
        best: dict[int, tuple[float, str]] = {}
        for place in touched:
            entry = self.entries[place]
            gain = _whole(text, core, entry.core, entry.phrase.name) * entry.phrase.weight
            if gain > best.get(entry.document, (0.0, ""))[0]:
                best[entry.document] = (gain, entry.phrase.why)
        tally.credit(best)

    def _by_letters(self, core: str, tally: _Tally) -> None:
        """Full pinyin, initials, or Latin words as they stand (KTV, 4S). Chinese in between is spelt out."""
        typed = typed_as("".join(syllables(core)), "".join(self._sounds(core)))
        best: dict[int, tuple[float, str]] = {}
        for entry in self.entries:
            for spelling in entry.spellings:
                gain = letters_gain(typed, spelling) * entry.phrase.weight
                if gain > best.get(entry.document, (0.0, ""))[0]:
                    best[entry.document] = (gain, entry.phrase.why)
        tally.credit(best)


def _whole(text: str, core: str, phrase: str, name: bool) -> float:
    if len(phrase) < 2:
        return 0.0
    if phrase in (core, text):
        return SAME
    if phrase in text:
        return INSIDE + INSIDE_SHARE * min(1.0, len(phrase) / len(core))
    if len(core) > 1 and core in phrase:
        return INSIDE + INSIDE_SHARE * len(core) / len(phrase)
    if name and min(len(core), len(phrase)) > 2:
        likeness = fuzz.ratio(core, phrase, score_cutoff=ALIKE_FROM)
        return ALIKE * likeness / 100
    return 0.0
