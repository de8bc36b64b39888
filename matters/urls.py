"""Addresses of the catalogue: everybody may read all of them."""

from django.urls import path

from matters.views import finding, guide

urlpatterns = [
    path("matters/", finding.browse, name="browse"),
    path("matters/<slug:matter>/", guide.guide, name="guide"),
    path("search/", finding.search, name="search"),
]
