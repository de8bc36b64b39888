"""Where everybody starts."""

from django.urls import path

from departments.views import start

urlpatterns = [path("start/", start.start, name="start")]
