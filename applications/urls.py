"""Addresses of the case, by who uses them. A new address needs a row in tests/guards/test_roles_and_urls.py."""

from django.urls import URLPattern, path

from applications.views import (
    citizen_cases,
    citizen_draft,
    citizen_materials,
    citizen_start,
    citizen_submit,
    citizen_turn,
    files,
    reviewer,
    reviewer_acts,
    reviewer_task,
    supervisor,
    verify,
)

urlpatterns: list[URLPattern] = [
    # citizen: apply (办事)
    path("matters/<slug:matter>/start/", citizen_start.start, name="draft-start"),
    path("drafts/<uuid:draft_id>/", citizen_start.answers, name="draft"),
    path("drafts/<uuid:draft_id>/form/<int:number>/", citizen_draft.section, name="draft-section"),
    path("drafts/<uuid:draft_id>/save/", citizen_draft.save, name="draft-field-save"),
    path("drafts/<uuid:draft_id>/materials/", citizen_materials.materials, name="draft-materials"),
    path("drafts/<uuid:draft_id>/materials/attach/", citizen_materials.attach, name="draft-attach"),
    path("drafts/<uuid:draft_id>/materials/detach/", citizen_materials.detach, name="draft-detach"),
    path("drafts/<uuid:draft_id>/check/", citizen_submit.check, name="draft-check"),
    path("drafts/<uuid:draft_id>/submit/", citizen_submit.submit, name="draft-submit"),
    path("drafts/<uuid:draft_id>/discard/", citizen_draft.discard, name="draft-discard"),
    # citizen: own cases (我的办件)
    path("my/", citizen_cases.my_applications, name="my-applications"),
    path("my/notices/", citizen_cases.inbox, name="inbox"),
    path("my/<slug:number>/", citizen_cases.track, name="track"),
    path("my/<slug:number>/receipt/", citizen_submit.receipt, name="receipt"),
    path("my/<slug:number>/progress/", citizen_cases.progress, name="track-progress"),
    path("my/<slug:number>/correction/", citizen_turn.correction, name="answer-correction"),
    path("my/<slug:number>/correction/attach/", citizen_turn.correction_attach, name="correction-attach"),
    path("my/<slug:number>/correction/detach/", citizen_turn.correction_detach, name="correction-detach"),
    path("my/<slug:number>/withdraw/", citizen_turn.withdraw, name="withdraw"),
    path("my/<slug:number>/choose/", citizen_turn.choose, name="choose"),
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
    # supervisor (督办)
    path("supervise/", supervisor.supervise, name="supervise"),
    path("supervise/list/", supervisor.supervise_list, name="supervise-list"),
    path("supervise/<str:number>/", supervisor.supervise_case, name="supervise-case"),
    # everybody: is this paper ours? (核验)
    path("verify/<str:token>/", verify.verify, name="verify"),
    # files and papers
    path("files/<int:material_file>/", files.case_file, name="case-file"),
    path("papers/<int:paper>/", files.paper, name="paper"),
]
