"""The accounts of the demonstration: the one list that the command, the launcher, the README and the tests read.

Who they are stands in fixtures/demo/accounts.yaml. Nothing here touches the database or knows a department: the codes
come from the catalogue's departments.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from departments.models import Rank, Role

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "demo"


@dataclass(frozen=True)
class Agency:
    """The organisation somebody acts for, with the mandate's scope."""

    name: str
    uscc: str
    legal_representative: str  # user name
    scope: str


@dataclass(frozen=True)
class DemoAccount:
    """One account. `role` is a Post role, "citizen" or "keeper"; `title` what the table prints as 身份."""

    username: str
    name: str
    role: str
    title: str
    department: str | None = None
    hall: str | None = None
    counter: str = ""
    rank: int = Rank.HANDLE
    id_number: str = ""
    phone: str = ""
    address: str = ""
    agency: Agency | None = None


@lru_cache(maxsize=1)
def _source() -> dict[str, Any]:
    source: dict[str, Any] = yaml.safe_load((FIXTURES / "accounts.yaml").read_text(encoding="utf-8"))
    return source


def demo_password() -> str:
    """The one password of all demo accounts."""
    return str(_source()["password"])


def demo_accounts(departments: Mapping[str, str]) -> tuple[DemoAccount, ...]:
    """All demo accounts, for departments given as code → short name. The same departments give the same accounts."""
    source = _source()
    return (
        *_citizens(source),
        *(
            DemoAccount(
                row["username"],
                row["name"],
                Role.CLERK,
                f"窗口人员（{row['counter']} 号窗口）",
                None,
                row["hall"],
                row["counter"],
            )
            for row in source["clerks"]
        ),
        *_reviewers(source, departments),
        *(DemoAccount(row["username"], row["name"], Role.EDITOR, "事项管理员") for row in source["editors"]),
        *(DemoAccount(row["username"], row["name"], Role.SUPERVISOR, "督查人员") for row in source["supervisors"]),
        *(DemoAccount(row["username"], row["name"], "keeper", "系统管理员（账号和岗位）") for row in source["keepers"]),
    )


def main_accounts(departments: Mapping[str, str]) -> tuple[DemoAccount, ...]:
    """A handful for the sign-in page: of the reviewers only the first one of each department that the list names."""
    named = {code: name for code, name in departments.items() if code in _source()["reviewers"]}
    accounts = demo_accounts(named)
    return tuple(account for account in accounts if account.role != Role.REVIEWER or account.username.endswith("1"))


def _citizens(source: Mapping[str, Any]) -> Iterator[DemoAccount]:
    for row in source["citizens"]:
        agency = Agency(**row["agent_of"]) if "agent_of" in row else None
        yield DemoAccount(
            username=row["username"],
            name=row["name"],
            role="citizen",
            title=f"经办人（{agency.name}）" if agency else "申请人",
            id_number=row["id_number"],
            phone=row["phone"],
            address=row["address"],
            agency=agency,
        )


def _reviewers(source: Mapping[str, Any], departments: Mapping[str, str]) -> Iterator[DemoAccount]:
    spare = source["reviewer_names"]
    unnamed = 0
    for code in sorted(departments):
        names = source["reviewers"].get(code)
        if names is None:
            names = [spare[unnamed % len(spare)]]
            unnamed += 1
        for number, name in enumerate(names, start=1):
            title = f"审批人员（{departments[code]}）" if departments[code] else "审批人员"
            hall = halls[number - 1] if (halls := source["reviewer_halls"].get(code)) else None
            # Of three the second checks and the last is the head; who is alone is the head.
            rank = Rank.HEAD if hall or number == len(names) else Rank(min(number, Rank.CHECK))
            yield DemoAccount(f"{code}{number}", name, Role.REVIEWER, title, department=code, hall=hall, rank=rank)
