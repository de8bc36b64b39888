"""Addresses of the catalogue: everybody may read all of them."""

from django.urls import path

from matters import views

urlpatterns = [
    path("matters/", views.browse, name="browse"),
    path("matters/<slug:matter>/", views.guide, name="guide"),
    path("search/", views.search, name="search"),
]
