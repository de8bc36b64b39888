"""The catalogue in the API: everybody may read all of it."""

from django.urls import path

from matters.api import views

urlpatterns = [
    path("matters/", views.Matters.as_view(), name="api-matters"),
    path("matters/<slug:code>/", views.OneMatter.as_view(), name="api-matter"),
]
