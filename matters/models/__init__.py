from matters.models.candidate import Candidate, CandidateEvent, CandidatePair, Demand
from matters.models.catalogue_import import CatalogueImport
from matters.models.field import Field
from matters.models.guidance import Guidance, GuidanceDoubt, GuidanceVersion
from matters.models.item import Item, ItemField, ItemMaterial
from matters.models.law import Law
from matters.models.loaded import LoadedRow
from matters.models.material import Material
from matters.models.matter import Matter
from matters.models.proposal import Proposal
from matters.models.question import Choice, Question
from matters.models.release import Release, ReleaseMatter
from matters.models.revision import Revision
from matters.models.saying import Saying, SearchMiss
from matters.models.standard import UpperStandard
from matters.models.step import Step

__all__ = [
    "Candidate",
    "CandidateEvent",
    "CandidatePair",
    "CatalogueImport",
    "Choice",
    "Demand",
    "Field",
    "Guidance",
    "GuidanceDoubt",
    "GuidanceVersion",
    "Item",
    "ItemField",
    "ItemMaterial",
    "Law",
    "LoadedRow",
    "Material",
    "Matter",
    "Proposal",
    "Question",
    "Release",
    "ReleaseMatter",
    "Revision",
    "Saying",
    "SearchMiss",
    "Step",
    "UpperStandard",
]
