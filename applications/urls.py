"""Addresses of the case, by who uses them. A new address needs a row in tests/guards/test_roles_and_urls.py."""

from django.urls import URLPattern, path

from applications.views import reviewer, reviewer_acts, reviewer_task

urlpatterns: list[URLPattern] = [
    # citizen: apply (办事)
    # citizen: own cases (我的办件)
    # window (综合窗口)
    # reviewer (部门审批)
    path("queue/", reviewer.queue, name="queue"),
    path("queue/claim/", reviewer.queue_claim, name="queue-claim"),
    path("queue/<int:task>/", reviewer_task.task, name="task"),
    path("queue/<int:task>/row/", reviewer.queue_row, name="queue-row"),
    path("queue/<int:task>/verdict/", reviewer_task.task_verdict, name="task-verdict"),
    path("queue/<int:task>/claim/", reviewer.task_claim, name="task-claim"),
    path("queue/<int:task>/release/", reviewer_acts.task_release, name="task-release"),
    path("queue/<int:task>/advise/", reviewer_acts.task_advise, name="task-advise"),
    path("queue/<int:task>/decide/", reviewer_acts.task_decide, name="task-decide"),
    path("queue/<int:task>/suspend/", reviewer_acts.task_suspend, name="task-suspend"),
    path("queue/<int:task>/resume/", reviewer_acts.task_resume, name="task-resume"),
    path("queue/<int:task>/return/", reviewer_acts.task_return, name="task-return"),
    path("queue/<int:task>/word/", reviewer_acts.task_word, name="task-word"),
    # files and papers
]
