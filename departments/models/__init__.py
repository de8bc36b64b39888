from departments.models.calendar import CalendarDay
from departments.models.department import HIGHER, Department, IntakeMode, Level
from departments.models.exchange import Connection, SystemKey, TableExchange
from departments.models.hall import Counter, Hall, Town
from departments.models.post import Post, Rank, Role
from departments.models.threshold import ThresholdSetting

__all__ = [
    "HIGHER",
    "CalendarDay",
    "Connection",
    "Counter",
    "Department",
    "Hall",
    "IntakeMode",
    "Level",
    "Post",
    "Rank",
    "Role",
    "SystemKey",
    "TableExchange",
    "ThresholdSetting",
    "Town",
]
