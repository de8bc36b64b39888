"""Looks into one PDF in a process of its own, because a hostile file may eat memory or time without end.

Run by its path, so that nothing of the portal is loaded and no key is in reach: `python -I pdf.py FILE` prints a word.
"""

import resource
import sys

import pikepdf

MAX_PAGES = 500
MEMORY, CPU_SECONDS = 1024**3, 10
DEEPEST = 60  # levels of direct objects inside each other; real files stay below ten
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"}
ACTIVE_KEYS = {"/JS", "/EF", "/XFA"}  # a script, an embedded file, a form with scripts of its own


def verdict(path: str) -> str:
    """One of ok, encrypted, long, empty, active, broken."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return "encrypted"
            if len(pdf.pages) > MAX_PAGES:
                return "long"
            if len(pdf.pages) == 0:
                return "empty"
            return "active" if any(_is_active(thing) for thing in pdf.objects) else "ok"
    except pikepdf.PasswordError:
        return "encrypted"
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, MemoryError):
        return "broken"


def _is_active(thing: object, depth: int = 0) -> bool:
    """Whether this object, or a direct one inside it, runs, submits or carries something. Indirect ones come by
    themselves in the list of all objects.
    """
    if depth > DEEPEST:
        return True
    if isinstance(thing, pikepdf.Array):
        return any(_is_active(child, depth + 1) for child in thing if not _is_indirect(child))
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    if str(thing.get("/S", "")) in ACTIVE_ACTIONS or str(thing.get("/Type", "")) == "/EmbeddedFile":
        return True
    entries = list(thing.items())
    return any(key in ACTIVE_KEYS for key, _ in entries) or any(
        _is_active(child, depth + 1) for _, child in entries if not _is_indirect(child)
    )


def _is_indirect(thing: object) -> bool:
    return isinstance(thing, pikepdf.Object) and thing.is_indirect


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.write(verdict(sys.argv[1]))
