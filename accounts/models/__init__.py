from accounts.models.mandate import Mandate
from accounts.models.organisation import Organisation
from accounts.models.person import IdType, Person
from accounts.models.user import User

__all__ = ["IdType", "Mandate", "Organisation", "Person", "User"]
