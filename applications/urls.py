"""Addresses of the case, by who uses them. A new address needs a row in tests/guards/test_roles_and_urls.py."""

from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [
    # citizen: apply (办事)
    # citizen: own cases (我的办件)
    # window (综合窗口)
    # reviewer (部门审批)
    # files and papers
]
