from accounts.models.change import NameChange
from accounts.models.code import PhoneCode, Purpose
from accounts.models.mandate import Mandate, Reach
from accounts.models.organisation import Organisation
from accounts.models.person import IdType, Person, RealName
from accounts.models.user import User

__all__ = [
    "IdType",
    "Mandate",
    "NameChange",
    "Organisation",
    "Person",
    "PhoneCode",
    "Purpose",
    "Reach",
    "RealName",
    "User",
]
