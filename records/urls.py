"""Where the pages of a record stand, below `/record/`.

A kind's slug may hold a slash. An entry's key is long, a measure's name short, so neither is taken for the other.
"""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from records.kinds import KINDS
from records.pages import finding, views
from records.pages import people as people_views


class KindSlug(StringConverter):
    """The slug of a kind that there is."""

    regex = "|".join(sorted(KINDS, key=len, reverse=True))


class Key(StringConverter):
    """An encrypted key (`records.pages.keys`)."""

    regex = "[A-Za-z0-9_-]{24,400}"


class Measure(StringConverter):
    """A measure's name, or a key where the name is the record's own."""

    regex = "[A-Za-z0-9_-]{1,400}"


register_converter(KindSlug, "kind")
register_converter(Key, "key")
register_converter(Measure, "measure")

app_name = "records"
urlpatterns = [
    path("", views.current, name="current"),
    path("<str:access>/", views.overview, name="overview"),
    path("<str:access>/timeline/", finding.timeline, name="timeline"),
    path("<str:access>/search/", finding.searched, name="search"),
    path("<str:access>/units/", views.choose_units, name="units"),
    path("<str:access>/receipt/", finding.receipt, name="receipt"),
    path("<str:access>/people/", people_views.people, name="people"),
    path("<str:access>/people/<key:key>/", people_views.person, name="person"),
    path("<str:access>/visits/<key:key>/entries/", finding.belonging, name="belonging"),
    path("<str:access>/<kind:slug>/", views.section, name="section"),
    path("<str:access>/<kind:slug>/rest/", views.rest, name="rest"),
    path("<str:access>/<kind:slug>/block/", views.block, name="block"),
    path("<str:access>/<kind:slug>/measure/<measure:name>/", views.series, name="series"),
    path("<str:access>/<kind:slug>/<key:key>/", views.entry, name="entry"),
    path("<str:access>/<kind:slug>/<key:key>/file/<int:number>/", views.file, name="file"),
    path("<str:access>/<kind:slug>/<key:key>/file/<int:number>/view/", views.file_view, name="file-view"),
    path(
        "<str:access>/<kind:slug>/<key:key>/file/<int:number>/original/",
        views.file_original,
        name="file-original",
    ),
]
