"""The files that machines read: graph.json, and with a base URL the sitemap and the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from kbgen.graph.schema import json_bytes
from kbgen.site.addresses import FEED, GRAPH, SITEMAP
from kbgen.site.chrome import absolute, note_description
from kbgen.site.plan import FileJob, Plan
from kbgen.site.recency import last_date, latest
from kbgen.vault.paths import VaultPath
from kbgen.xml_text import NOT_XML

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def data_files(plan: Plan) -> Iterator[FileJob]:
    """Yield the files that the configuration asks for."""
    yield FileJob(GRAPH, _graph)
    if plan.config.base_url:
        yield FileJob(SITEMAP, _sitemap)
        yield FileJob(FEED, _feed)


def _graph(plan: Plan) -> bytes:
    return json_bytes(plan.graph) + b"\n"


def _indexed(plan: Plan) -> Iterator[VaultPath]:
    for path, indexed in plan.listed.items():
        if indexed:
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
    dated = [(last_date(plan, path), path) for path in latest(plan, "machines")]
    base = plan.config.base_url + "/"
    lines = [
        _XML,
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(plan.config.language)}>\n',
        f"<title>{_text(plan.config.title)}</title>\n<id>{escape(base)}</id>\n",
        f'<link rel="self" href={quoteattr(absolute(plan, FEED))}/>\n<link href={quoteattr(base)}/>\n',
        f"<author><name>{_text(plan.config.title)}</name></author>\n",
        f"<updated>{_moment(dated[0][0]) if dated else '1970-01-01T00:00:00Z'}</updated>\n",
    ]
    for date, path in dated:
        address = absolute(plan, plan.addresses.notes[path])
        lines.append(
            f"<entry>\n<title>{_text(plan.titles[path])}</title>\n<id>{escape(address)}</id>\n"
            f"<link href={quoteattr(address)}/>\n<updated>{_moment(date)}</updated>\n"
            f"<summary>{_text(note_description(plan, path))}</summary>\n</entry>\n"
        )
    lines.append("</feed>\n")
    return "".join(lines).encode()


def _text(words: str) -> str:
    """Return words as XML can hold them: not every character can be written in it."""
    return escape(NOT_XML.sub("", words))


def _moment(date: str) -> str:
    """Return an ISO date as Atom wants it; where no zone is known, UTC stands in.

    >>> _moment("2026-11-23"), _moment("2026-11-23T09:30+02:00"), _moment("2026-11-23T09:30:05.5Z")
    ('2026-11-23T00:00:00Z', '2026-11-23T09:30:00+02:00', '2026-11-23T09:30:05Z')
    """
    moment = datetime.fromisoformat(date)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
