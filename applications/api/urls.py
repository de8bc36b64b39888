"""The case in the API: own cases, and the own department's tasks."""

from django.urls import path

from applications.api import cases, tasks

urlpatterns = [
    path("applications/", cases.Applications.as_view(), name="api-applications"),
    path("applications/<slug:number>/", cases.OneApplication.as_view(), name="api-application"),
    path("tasks/", tasks.Tasks.as_view(), name="api-tasks"),
    path("tasks/<int:task>/", tasks.OneTask.as_view(), name="api-task"),
    path("tasks/<int:task>/claim/", tasks.Claim.as_view(), name="api-task-claim"),
    path("tasks/<int:task>/grant/", tasks.Grant.as_view(), name="api-task-grant"),
    path("tasks/<int:task>/refuse/", tasks.Refuse.as_view(), name="api-task-refuse"),
]
