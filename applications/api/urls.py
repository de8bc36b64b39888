"""The case in the API: own cases, and the own department's tasks."""

from django.urls import path

from applications.api import cases, task_acts, tasks

urlpatterns = [
    path("applications/", cases.Applications.as_view(), name="api-applications"),
    path("applications/<slug:number>/", cases.OneApplication.as_view(), name="api-application"),
    path("tasks/", tasks.Tasks.as_view(), name="api-tasks"),
    path("tasks/<int:task>/", tasks.OneTask.as_view(), name="api-task"),
    path("tasks/<int:task>/claim/", tasks.Claim.as_view(), name="api-task-claim"),
    path("tasks/<int:task>/grant/", tasks.Grant.as_view(), name="api-task-grant"),
    path("tasks/<int:task>/refuse/", tasks.Refuse.as_view(), name="api-task-refuse"),
    path("tasks/<int:task>/received/", task_acts.Received.as_view(), name="api-task-received"),
    path("tasks/<int:task>/advise/", task_acts.Advise.as_view(), name="api-task-advise"),
    path("tasks/<int:task>/propose/", task_acts.Propose.as_view(), name="api-task-propose"),
    path("tasks/<int:task>/suspend/", task_acts.Suspend.as_view(), name="api-task-suspend"),
    path("tasks/<int:task>/resume/", task_acts.Resume.as_view(), name="api-task-resume"),
    path("tasks/<int:task>/extend/", task_acts.Extend.as_view(), name="api-task-extend"),
    path("tasks/<int:task>/supplement/", task_acts.Supplement.as_view(), name="api-task-supplement"),
    path("tasks/<int:task>/wait/", task_acts.BeginWait.as_view(), name="api-task-wait"),
    path("tasks/<int:task>/return/", task_acts.GiveBack.as_view(), name="api-task-return"),
    path("tasks/<int:task>/certificate/", task_acts.BringCertificate.as_view(), name="api-task-certificate"),
    path("tasks/files/<int:material_file>/", task_acts.TaskFile.as_view(), name="api-task-file"),
]
