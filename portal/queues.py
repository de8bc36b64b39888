"""The Celery queues: four common ones and one per department, so that one that hangs delays no other."""

from departments.models import Department

COMMON = ("default", "notices", "papers", "lookups")


def department_queues() -> list[str]:
    """The queues of the departments as they stand in the database now."""
    return [f"dept.{code}" for code in Department.objects.order_by("code").values_list("code", flat=True)]


def all_queues() -> list[str]:
    """Every queue; a worker started without -Q reads all of them."""
    return [*COMMON, *department_queues()]
