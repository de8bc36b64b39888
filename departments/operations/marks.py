"""Gives departments without a 文号字 the one their name suggests."""

from django.db import transaction

from departments.marks import default_mark, free_mark
from departments.models import Department


@transaction.atomic
def fill_marks() -> int:
    """Fills empty marks, in the order of the codes, and returns how many. What is entered already stays. Idempotent."""
    departments = list(Department.objects.select_for_update(of=("self",)).order_by("code"))
    taken = {department.mark for department in departments if department.mark}
    empty = [department for department in departments if not department.mark]
    for department in empty:
        wanted = default_mark(department.name, department.short_name, department.level)
        department.mark = free_mark(wanted, department.short_name, taken)
        taken.add(department.mark)
    Department.objects.bulk_update(empty, ["mark"])
    return len(empty)
