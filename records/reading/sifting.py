"""From fetched pages to places in a list: whose each entry is, whether it counts, where it stands.

Only heads are decoded here, page by page; the rows of a page are read in full later (`records.service.section`).
Whatever arrives is counted once in the tally: shown, or set aside for one reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from records.fetching.collected import dated
from records.fhir.absence import coded
from records.fhir.bundle import Entry, Mode, Page, head
from records.fhir.compartment import NOT_OF_ONE_PATIENT, is_of, local, may_be_of
from records.fhir.elements import Head, Named, is_newer
from records.fhir.reading import NotReadable
from records.fhir.stated_none import Said, Statement
from records.kinds.base import NONE, AnyKind, code_name, never
from records.kinds.claims import at_odds, gainsays
from records.reading.nesting import fold
from records.reading.places import Sifted, Spot
from records.words.wording import sort_key

log = logging.getLogger("records.reading.sifting")

READINGS = 6
"""How many readings of a series the first look shows."""


Seen = dict[str, tuple[Head, int, int]]
"""Of each id the version that counts so far, with its page and its number there."""


def sift(kind: AnyKind, pages: Iterable[tuple[int, Page]], *, patient: str, base: str) -> Sifted:
    """Puts every entry of the pages in its place.

    Args:
        pages: the pages and their numbers, in the order in which they arrived.
        patient, base: whose record it is and the server's base, for the compartment check.
    """
    sifting = _Sifting(kind, patient, base)
    found = sifting.found
    for number, answer in pages:
        heads, dates = answer.heads(kind.head), dated(kind, answer)
        found.tally.pages += 1
        found.tally.received += answer.missing
        found.tally.unreadable += answer.missing
        for index, entry in enumerate(answer.entries):
            if entry.mode is Mode.MATCH:
                sifting.place(entry, heads[index], dates[index], (number, index))
            elif entry.mode is Mode.INCLUDE:
                sifting.include(entry)
            else:
                found.has_warning = True
    if kind.folds is not None:
        _fold(found, kind.resource_type, base)
    if kind.same is not None:
        _put_together(found, base)
    _hold_against_each_other(found, kind)
    if found.tally.another_patient:
        log.warning(
            "security: %d entries of %s were not this patient's and were withheld, %d of them for their fullUrl",
            found.tally.another_patient,
            kind.resource_type,
            found.foreign,
        )
    return found


class _Sifting:
    """One list that is being sifted: what was found so far, and which ids were seen."""

    def __init__(self, kind: AnyKind, patient: str, base: str) -> None:
        self.found = Sifted()
        self._kind, self._patient, self._base = kind, patient, base
        self._seen: Seen = {}

    def place(self, entry: Entry, first: Head | None, date: tuple[str, str], at: tuple[int, int]) -> None:
        """Puts an entry that was asked for in its place. `at`: the number of its page, and of it there."""
        kind, found, tally = self._kind, self.found, self.found.tally
        tally.received += 1
        if first is None:
            tally.unreadable += 1
            # Without words on whose it is, it is counted, and not shown to anybody.
            if may_be_of(entry.raw, patient=self._patient, base=self._base, is_foreign=entry.is_foreign):
                found.unreadable.append(Spot("", 0, *at))
            return
        if first.resourceType == "OperationOutcome":
            tally.received -= 1
            found.has_warning = True
            return
        if first.resourceType != kind.resource_type:
            tally.other_type += 1
            return
        if not is_of(first, patient=self._patient, base=self._base, is_foreign=entry.is_foreign):
            tally.another_patient += 1
            found.foreign += entry.is_foreign and is_of(first, patient=self._patient, base=entry.home)
            return
        if first.id is not None:
            before = self._seen.get(first.id)
            if before is not None:
                tally.duplicate += 1
                if not is_newer(first.meta, before[0].meta, sort_key):
                    return
                _withdraw(kind, found, before)
            self._seen[first.id] = first, *at
        if first.is_entered_in_error:
            # Counted once: in the section where it would stand.
            if kind.place(first) is None:
                tally.elsewhere += 1
            else:
                tally.entered_in_error += 1
            return
        day, when = date
        add(kind, first, Spot(when, kind.rank(first), *at), day, found)

    def include(self, entry: Entry) -> None:
        """Keeps what came along for others to point to."""
        found = self.found
        try:
            first = head(entry, Head)
            if first.resourceType not in NOT_OF_ONE_PATIENT and not is_of(
                first, patient=self._patient, base=self._base, is_foreign=entry.is_foreign
            ):
                found.tally.another_patient += 1
                found.tally.received += 1
                return
            if entry.is_foreign:
                return  # another server's Practitioner of this id may be somebody else than ours
            resource = coded(entry.raw, Named)
        except NotReadable:
            return  # it is only a name for something else, which then says that it has none
        if first.id:
            name = first.resourceType, first.id
            before = found.included.get(name)
            # Of two the later one stands, unless it is known to be the older one.
            if before is None or not is_newer(before.meta, resource.meta, sort_key):
                found.included[name] = resource


def add(kind: AnyKind, first: Head, spot: Spot, day: str, found: Sifted) -> None:
    """An entry that may be shown, put in its place.

    Args:
        day: of its date, as it is told; empty where it has none.
    """
    tally, when = found.tally, spot.when
    if day != when[:10]:
        found.own_days[spot] = day
    group = kind.place(first)
    if group == NONE and not first.modifierExtension:  # it may turn "none" into anything
        statement = kind.states(first)
        if statement is not None:
            _state(found, spot, statement)
            return
    if group is None:
        tally.elsewhere += 1
        return
    tally.shown += 1
    found.groups.setdefault(group, []).append(spot)
    if first.id is not None:
        found.by_id[first.id] = spot
    if members := kind.members(first):
        found.members[spot] = members
    if kind.contains is not never and kind.contains(first):
        found.containing.append(spot)
    if kind.folds is not None and (folding := kind.folds(first)) is not None:
        found.alike.setdefault(folding.name, []).append(spot)
        if folding.is_total:
            found.totals.append(spot)
    if kind.claim is not None and not first.modifierExtension and (claim := kind.claim(first)) is not None:
        found.claimed.append((spot, claim))
    if kind.same is not None and not first.modifierExtension and (same := kind.same(first)) is not None:
        found.told_same.append((spot, same))
    if kind.series is not None:
        name = kind.series(first)
        if name is not None:
            found.series.setdefault(name, []).append(spot)


def _withdraw(kind: AnyKind, found: Sifted, before: tuple[Head, int, int]) -> None:
    """Takes an older version of an entry out of where it stands: it has come twice, and the newer one counts."""
    first, page, entry = before

    def others(spots: Iterable[Spot]) -> list[Spot]:
        return [spot for spot in spots if (spot.page, spot.entry) != (page, entry)]

    was_shown = False
    for places in (found.groups, found.series, found.alike):
        for name, spots in tuple(places.items()):
            left = others(spots)
            was_shown |= places is found.groups and len(left) < len(spots)
            if left:
                places[name] = left
            else:
                del places[name]
    was_shown |= len(others(found.statements)) < len(found.statements)
    found.statements, found.totals = others(found.statements), others(found.totals)
    found.none_at_all = others(found.none_at_all)
    found.none_of = [one for one in found.none_of if others([one[0]])]
    found.claimed = [one for one in found.claimed if others([one[0]])]
    found.told_same = [told for told in found.told_same if others([told[0]])]
    found.members = {spot: found.members[spot] for spot in others(found.members)}
    found.by_id.pop(first.id or "", None)
    if was_shown:
        found.tally.shown -= 1
    elif first.is_entered_in_error and kind.place(first) is not None:
        found.tally.entered_in_error -= 1
    else:
        found.tally.elsewhere -= 1


def _state(found: Sifted, spot: Spot, statement: Statement) -> None:
    """An entry that states something in the place of naming something stands among no rows."""
    found.tally.shown += 1
    found.statements.append(spot)
    if statement.said is Said.NONE:
        found.none_at_all.append(spot)
    elif statement.said is Said.OF_A_SORT:
        found.none_of.append((spot, statement.sort))


def _hold_against_each_other(found: Sifted, kind: AnyKind) -> None:
    """What is stated against what there is, and entries of one thing against each other."""
    found.is_gainsaid = bool(found.none_at_all) and any(
        found.groups.get(group) for group in kind.contradicting
    )
    found.is_gainsaid |= any(
        gainsays(claim, sort) for _spot, sort in found.none_of for _place, claim in found.claimed
    )
    found.at_odds = at_odds(found.claimed)
    found.claimed, found.none_of = [], []


def _fold(found: Sifted, resource_type: str, base: str) -> None:
    """Takes what is told in another entry out of the groups. It stays counted as shown: it is shown there."""
    named: dict[Spot, list[Spot]] = {}
    for spot, references in found.members.items():
        targets = (local(reference, base=base) for reference in references)
        own = (target[1] for target in targets if target and target[0] == resource_type)
        here = [found.by_id[logical_id] for logical_id in own if logical_id in found.by_id]
        if here:
            named[spot] = here
    for alike in found.alike.values():
        _join(alike, found.totals, named)
    found.held = fold(named)
    inner = {one for others in found.held.values() for one in others} - found.held.keys()
    found.folded = sorted(inner)
    for group, spots in found.groups.items():
        found.groups[group] = [spot for spot in spots if spot not in inner]
    for name, spots in tuple(found.series.items()):
        found.series[name] = [spot for spot in spots if spot not in inner]
        if not found.series[name]:
            del found.series[name]
    for alike in found.alike.values():
        alike[:] = sorted((spot for spot in alike if spot not in inner and spot.when), reverse=True)
        for at, spot in enumerate(alike):
            # Two of one day are one filled in once, told twice, or corrected.
            earlier = next((one for one in alike[at + 1 :] if found.day(one) < found.day(spot)), None)
            if earlier is not None:
                found.before[spot] = earlier


def _put_together(found: Sifted, base: str) -> None:
    """Entries of the same under one name, now that what they point to has come."""
    by_name: dict[str, list[Spot]] = {}
    for spot, same in found.told_same:
        if not spot.when:
            continue  # it is not known to be earlier
        name = same.name
        if same.reference is not None:
            target = local(same.reference, base=base)
            pointed = found.included.get(target) if target else None
            code = next(filter(None, map(code_name, pointed.concepts)), "") if pointed is not None else ""
            name += code or " ".join(target or (same.reference.reference or "",))
        by_name.setdefault(name, []).append(spot)
    found.told_same = []
    found.same = {name: sorted(spots, reverse=True) for name, spots in by_name.items() if len(spots) > 1}


def _join(alike: Sequence[Spot], totals: Sequence[Spot], named: dict[Spot, list[Spot]]) -> None:
    """A total that names the answers of a questionnaire, and that the questionnaire does not name, belongs to it."""
    for total in set(alike).intersection(totals):
        its = set(named.get(total, ()))
        for whole in set(alike).difference(totals):
            if its.intersection(named.get(whole, ())) and total not in named[whole]:
                named[whole].append(total)
