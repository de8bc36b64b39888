"""Addresses of the catalogue: everybody may read all of them."""

from django.urls import path

from matters.views import finding, guide, halls, papers

urlpatterns = [
    path("matters/", finding.browse, name="browse"),
    path("matters/<slug:matter>/", guide.guide, name="guide"),
    path("matters/<slug:matter>/v/<int:number>/", guide.revision, name="guide-revision"),
    path("matters/<slug:matter>/prints/", papers.prints, name="guide-prints"),
    path("matters/<slug:matter>/notice.pdf", papers.notice, name="guide-notice"),
    path("matters/<slug:matter>/panel.pdf", papers.panel, name="guide-panel"),
    path("matters/<slug:matter>/leaflet.pdf", papers.leaflet, name="guide-leaflet"),
    path("matters/<slug:matter>/forms/<slug:material>.pdf", papers.blank_form, name="blank-form"),
    path("matters/<slug:matter>/samples/<slug:material>.pdf", papers.filled_sample, name="filled-sample"),
    path("halls/<slug:hall>/", halls.hall, name="hall"),
    path("halls/<slug:hall>/map.pdf", halls.hall_map, name="hall-map"),
    path("halls/<slug:hall>/signs.pdf", halls.signs, name="hall-signs"),
    path("prints/", papers.check, name="print-check"),
    path("search/", finding.search, name="search"),
]
