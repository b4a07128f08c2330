"""Where the pages of a record stand, below `/record/`.

A kind's slug may hold a slash. An entry's key is long, a measure's name short, so neither is taken for the other.
"""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from records.kinds import KINDS
from records.pages import (
    confirm,
    entry,
    file,
    growth,
    looks,
    overview,
    people,
    receipt,
    search,
    section,
    take,
    timeline,
    units,
    visit,
)


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
    path("", overview.current, name="current"),
    path("<str:access>/", overview.overview, name="overview"),
    path("<str:access>/confirm/", confirm.confirm, name="confirm"),
    path("<str:access>/whose/", overview.whose, name="whose"),
    path("<str:access>/timeline/", timeline.timeline, name="timeline"),
    path("<str:access>/search/", search.searched, name="search"),
    path("<str:access>/units/", units.choose_units, name="units"),
    path("<str:access>/receipt/", receipt.receipt, name="receipt"),
    path("<str:access>/opened/", looks.looks, name="looks"),
    path("<str:access>/take/", take.take, name="take"),
    path("<str:access>/take/progress/", take.progress, name="take-progress"),
    path("<str:access>/take/stop/", take.stop, name="take-stop"),
    path("<str:access>/take/again/", take.again, name="take-again"),
    path("<str:access>/take/file/<int:number>/", take.file, name="take-file"),
    path("<str:access>/growth/", growth.growth, name="growth"),
    path("<str:access>/people/", people.people, name="people"),
    path("<str:access>/people/<key:key>/", people.person, name="person"),
    path("<str:access>/visits/<key:key>/entries/", visit.belonging, name="belonging"),
    path("<str:access>/<kind:slug>/", section.section, name="section"),
    path("<str:access>/<kind:slug>/rest/", section.rest, name="rest"),
    path("<str:access>/<kind:slug>/block/", overview.block, name="block"),
    path("<str:access>/<kind:slug>/measure/<measure:name>/", section.series, name="series"),
    path("<str:access>/<kind:slug>/<key:key>/", entry.entry, name="entry"),
    path("<str:access>/<kind:slug>/<key:key>/file/<int:number>/", file.file, name="file"),
    path("<str:access>/<kind:slug>/<key:key>/file/<int:number>/start/", file.file_start, name="file-start"),
    path("<str:access>/<kind:slug>/<key:key>/file/<int:number>/view/", file.file_view, name="file-view"),
    path(
        "<str:access>/<kind:slug>/<key:key>/file/<int:number>/original/",
        file.file_original,
        name="file-original",
    ),
]
