"""Addresses of the catalogue: everybody may read all of them, but for the library of 口径, which is the staff's."""

from django.urls import path

from matters.views import finding, guidance, guidance_desk, guide, halls, papers

urlpatterns = [
    path("matters/", finding.browse, name="browse"),
    path("matters/<slug:matter>/", guide.guide, name="guide"),
    path("matters/<slug:matter>/v/<int:number>/", guide.revision, name="guide-revision"),
    path("matters/<slug:matter>/prints/", papers.prints, name="guide-prints"),
    path("matters/<slug:matter>/notice.pdf", papers.notice, name="guide-notice"),
    path("matters/<slug:matter>/bring.pdf", papers.bring, name="guide-bring"),
    path("matters/<slug:matter>/panel.pdf", papers.panel, name="guide-panel"),
    path("matters/<slug:matter>/leaflet.pdf", papers.leaflet, name="guide-leaflet"),
    path("matters/<slug:matter>/forms/<slug:material>.pdf", papers.blank_form, name="blank-form"),
    path("matters/<slug:matter>/samples/<slug:material>.pdf", papers.filled_sample, name="filled-sample"),
    path("halls/<slug:hall>/", halls.hall, name="hall"),
    path("halls/<slug:hall>/map.pdf", halls.hall_map, name="hall-map"),
    path("halls/<slug:hall>/signs.pdf", halls.signs, name="hall-signs"),
    path("prints/", papers.check, name="print-check"),
    # staff: what to answer at the counter (口径)
    path("guidance/", guidance.library, name="guidance"),
    path("guidance/beside/", guidance.beside, name="guidance-beside"),
    path("guidance/own/", guidance_desk.own, name="guidance-own"),
    path("guidance/new/", guidance_desk.new, name="guidance-new"),
    path("guidance/<int:guidance>/", guidance.entry, name="guidance-entry"),
    path("guidance/<int:guidance>/wrong/", guidance.doubt, name="guidance-doubt"),
    path("guidance/<int:guidance>/write/", guidance_desk.write, name="guidance-write"),
    path("guidance/<int:guidance>/withdraw/", guidance_desk.withdraw, name="guidance-withdraw"),
    path("guidance/versions/<int:version>/settle/", guidance_desk.settle, name="guidance-settle"),
    path("guidance/doubts/<int:doubt>/answer/", guidance_desk.answer, name="guidance-answer"),
    path("supervise/guidance/", guidance_desk.late, name="supervise-guidance"),
    path("search/", finding.search, name="search"),
]
