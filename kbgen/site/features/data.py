"""The files that machines read: graph.json, and with a base URL the sitemap and the feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from xml.sax.saxutils import escape, quoteattr

from kbgen.site.addresses import FEED, GRAPH, SITEMAP
from kbgen.site.plan import FileJob, Plan, absolute, description_of
from kbgen.vault.paths import VaultPath, encode

MOST_IN_FEED = 20
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def data_files(plan: Plan) -> Iterator[FileJob]:
    """Yield the files that the configuration asks for."""
    yield FileJob(GRAPH, partial(_graph, plan))
    if plan.config.base_url:
        yield FileJob(SITEMAP, partial(_sitemap, plan))
        yield FileJob(FEED, partial(_feed, plan))


def _graph(plan: Plan) -> bytes:
    from kbgen.graph.build import build_graph, to_json  # noqa: PLC0415 (networkx takes 0.3 s to load)

    places = {**plan.addresses.notes, **plan.addresses.attachments}
    graph = build_graph(
        plan.vault,
        {path: encode(place) for path, place in places.items()},
        {tag: encode(place) for tag, place in plan.addresses.tags.items()},
    )
    return (json.dumps(to_json(graph), ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _indexed(plan: Plan) -> Iterator[VaultPath]:
    for path, note in plan.vault.notes.items():
        if not note.compiled.publishing.noindex:
            yield path


def _sitemap(plan: Plan) -> bytes:
    lines = [_XML, '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n']
    for path in sorted(_indexed(plan), key=lambda path: plan.addresses.notes[path]):
        dates = plan.dates[path]
        changed = (dates.modified or dates.created)[:10]
        when = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{escape(absolute(plan, plan.addresses.notes[path]))}</loc>{when}</url>\n")
    lines.append("</urlset>\n")
    return "".join(lines).encode()


def _feed(plan: Plan) -> bytes:
    """Write the notes that changed last as Atom; a note without a date is not in it."""
    dated = [
        (plan.dates[path].modified or plan.dates[path].created, path)
        for path in _indexed(plan)
        if plan.dates[path].modified or plan.dates[path].created
    ]
    dated.sort(reverse=True)
    dated = dated[:MOST_IN_FEED]
    base = plan.config.base_url + "/"
    lines = [
        _XML,
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(plan.config.language)}>\n',
        f"<title>{escape(plan.config.title)}</title>\n<id>{escape(base)}</id>\n",
        f'<link rel="self" href={quoteattr(absolute(plan, FEED))}/>\n<link href={quoteattr(base)}/>\n',
        f"<author><name>{escape(plan.config.title)}</name></author>\n",
        f"<updated>{_moment(dated[0][0]) if dated else '1970-01-01T00:00:00Z'}</updated>\n",
    ]
    for date, path in dated:
        note = plan.vault.notes[path]
        address = absolute(plan, plan.addresses.notes[path])
        lines.append(
            f"<entry>\n<title>{escape(note.title)}</title>\n<id>{escape(address)}</id>\n"
            f"<link href={quoteattr(address)}/>\n<updated>{_moment(date)}</updated>\n"
            f"<summary>{escape(description_of(note))}</summary>\n</entry>\n"
        )
    lines.append("</feed>\n")
    return "".join(lines).encode()


def _moment(date: str) -> str:
    """Return an ISO date as Atom wants it; the hour of a bare date is midnight in no zone we know: UTC."""
    day, _, hour = date.replace(" ", "T").partition("T")
    if not hour:
        return f"{day}T00:00:00Z"
    clock, zone = hour[:8], hour[8:]
    if zone.startswith("."):
        zone = zone.lstrip(".0123456789")
    clock = clock if clock.count(":") == 2 else f"{hour[:5]}:00"
    zone = zone if zone.startswith(("+", "-", "Z")) else "Z"
    return f"{day}T{clock}{zone}"
