"""The one evaluator of `when`: does a step, a material or a field apply under these answers?"""

from collections.abc import Mapping, Sequence

When = Mapping[str, Sequence[str]]


def holds(when: When | None, answers: Mapping[str, str]) -> bool:
    """True when every question named in `when` was answered with one of the choices listed for it.

    `when` maps a question's code to the codes of its choices; None or empty always holds. A question that is
    not answered makes its condition false, so that a half-answered guide shows nothing that might not apply.
    """
    if not when:
        return True
    return all(answers.get(question) in choices for question, choices in when.items())
