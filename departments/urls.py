"""Where everybody starts; and who signs in whose place."""

from django.urls import path

from departments.views import deputies, start

urlpatterns = [
    path("start/", start.start, name="start"),
    path("deputies/", deputies.deputies, name="deputies"),
]
