from departments.models.calendar import CalendarDay
from departments.models.department import Department, IntakeMode, Level
from departments.models.hall import Counter, Hall, Town
from departments.models.post import Post, Role

__all__ = ["CalendarDay", "Counter", "Department", "Hall", "IntakeMode", "Level", "Post", "Role", "Town"]
