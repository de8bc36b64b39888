"""Addresses of the catalogue: everybody may read all of them."""

from django.urls import path

from matters.views import finding, guide, papers

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
    path("prints/", papers.check, name="print-check"),
    path("search/", finding.search, name="search"),
]
