"""What the administration's forms write besides plain rows."""

from collections.abc import Mapping, Sequence

from matters.models import Choice, Question


def set_choices(*, question: Question, rows: Sequence[Mapping[str, str]]) -> None:
    """Makes these the question's choices, in this order; `rows` hold `code` and `label`. The caller's transaction."""
    Choice.objects.filter(question=question).exclude(code__in=[row["code"] for row in rows]).delete()
    Choice.objects.bulk_create(
        [
            Choice(question=question, code=row["code"], label=row["label"], position=place)
            for place, row in enumerate(rows, start=1)
        ],
        update_conflicts=True,
        unique_fields=["question", "code"],
        update_fields=["label", "position"],
    )
