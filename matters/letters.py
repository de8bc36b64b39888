"""Pure: how well letters that somebody typed spell a name, as pinyin or as initials."""

from dataclasses import dataclass

from rapidfuzz import fuzz

from matters.spelling import LATIN, syllables

# What people put before the name when they type initials: 我要开, 我想开, 我要, 我想, 办, 开, 领, 申请.
LEADS = ("wyk", "wxk", "wyb", "wxb", "wy", "wx", "sq", "bl", "k", "b", "l")
WITH_LEAD, SHORTEST = 0.8, 2
SAME, FIRST, ANYWHERE, SHARE = 1.5, 0.45, 0.35, 0.5
SPELT, SPELT_SHARE = 0.4, 0.6
TWO_LETTERS = 0.3
SLIP, SLIP_FROM, SLIP_LENGTH = 0.9, 85, 6


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as it sounds: syllables joined, where each begins, and their initials."""

    joined: str
    starts: frozenset[int]
    initials: str


def spelling_of(text: str) -> Spelling:
    """The spelling of normal text."""
    sounds = [part for one in syllables(text) for part in LATIN.findall(one.lower())]
    starts, at = set(), 0
    for syllable in sounds:
        starts.add(at)
        at += len(syllable)
    initials = "".join(syllable if syllable.isdigit() else syllable[0] for syllable in sounds)
    return Spelling("".join(sounds), frozenset(starts), initials)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed in letters: `ways` to read it whole, and what is left after what people say first."""

    ways: tuple[str, ...]
    rests: frozenset[str]


def typed_as(letters: str, bare: str) -> Typed:
    """Letters as typed, and `bare`, the same as pinyin without fillers."""
    rests = (letters.removeprefix(lead) for lead in LEADS)
    return Typed(
        tuple(dict.fromkeys((letters, bare))),
        frozenset(rest for rest in rests if rest != letters and len(rest) >= SHORTEST),
    )


def letters_gain(typed: Typed, name: Spelling) -> float:
    """0 to 1.5: how well letters spell a name, as typed, as pinyin, or as initials after what people say first."""
    best = max(_gain(letters, name) for letters in typed.ways)
    return max(best, WITH_LEAD * SAME) if name.initials in typed.rests else best


def _gain(letters: str, name: Spelling) -> float:
    if letters in (name.joined, name.initials):
        return SAME
    if len(letters) >= 2:
        at = name.joined.find(letters)
        while at >= 0:
            if at in name.starts:
                return SPELT + SPELT_SHARE * len(letters) / len(name.joined)
            at = name.joined.find(letters, at + 1)
        at = name.initials.find(letters)
        if at >= 0 and len(letters) >= 3:
            return (ANYWHERE if at else FIRST) + SHARE * len(letters) / len(name.initials)
        if at == 0:
            return TWO_LETTERS
    if len(letters) >= SLIP_LENGTH and abs(len(letters) - len(name.joined)) <= 2:
        return SLIP * fuzz.ratio(letters, name.joined, score_cutoff=SLIP_FROM) / 100
    return 0.0
