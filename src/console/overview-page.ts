import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { receiverText } from '../desk/views/handovers.ts';
import type { IncidentView } from '../desk/views/incidents.ts';
import type { KpisView } from '../desk/views/kpis.ts';
import type { Dimension, Lie, OnDuty, OverviewTasks, PlaceView } from '../desk/views/overview.ts';
import { DEFAULT_QUERY, queryPath } from '../desk/views/query.ts';
import type { ShiftStart } from '../desk/views/shift-start.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import type { HandoverNote } from '../domain/handover/note.ts';
import { handoverHref } from './handovers-page.ts';
import { siteMap } from './overview-map.ts';
import { severityMark, shape, timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** What is on the page whoever looks at it; it is drawn anew while things move. */
export interface OverviewView {
  readonly places: Readonly<Record<Dimension, readonly PlaceView[]>>;
  /** Where sites lie, by name. */
  readonly lies: ReadonlyMap<string, Lie>;
  readonly tasks: OverviewTasks;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Tiles of one kind; a desk with more sees those in trouble first. */
const TILES_MAX = 200;

/** A shift in figures, and how the desk knows when it began. */
export interface ShiftView {
  readonly start: ShiftStart;
  readonly kpis: KpisView;
}

const SHIFT_WORDS: Readonly<Record<ShiftStart['by'], string>> = {
  own: 'Your shift so far',
  note: 'Since you took over',
  'on-call': 'This shift so far',
  nothing: 'In the last 8 hours',
};

/** Who is in trouble now, what a shift takes over, and what happened since it began. */
export function overviewBody(site: Site, view: OverviewView, shift: ShiftView): Html {
  const parts = overviewParts(site, view);
  return html`<div class="stack"><div class="title"><h1>Overview</h1><span class="quiet">Who is in
trouble now, and what the shift has in hand.</span><span class="room"></span><a class="button"
href="${handoverHref(site)}#new">Hand over your shift</a></div>
<div data-part="tasks">${parts.tasks}</div>
<section class="card"><h2>Sites</h2><div data-part="site">${parts.site}</div></section>
<section class="card"><h2>Services</h2><div data-part="service">${parts.service}</div></section>
<div class="kpi-pair"><section class="card"><h2>Teams</h2><div
data-part="team">${parts.team}</div></section>
<section class="card"><h2>${SHIFT_WORDS[shift.start.by]}</h2>${since(
    site,
    view,
    shift,
  )}</section></div>
</div>`;
}

/** The parts that move, by name. */
export const overviewParts = (site: Site, view: OverviewView) => ({
  tasks: tasks(site, view),
  site: html`<div class="with-map">${siteMap(view.places.site, view.lies, (place) =>
    hrefOf(site, place),
  )}<div>${tiles(site, 'site', view.places.site)}</div></div>`,
  service: tiles(site, 'service', view.places.service),
  team: tiles(site, 'team', view.places.team),
});

const NONE: Readonly<Record<Dimension, string>> = {
  site: 'No alarm names a site: give the inventory a feed with sites, or senders a label site.',
  service: 'No alarm names a service: give the inventory a feed, or senders a label service.',
  team: 'No alarm names a team: give things an owner, or senders a label team.',
};

function tiles(site: Site, by: Dimension, places: readonly PlaceView[]): Html {
  if (places.length === 0) return html`<p class="quiet">${NONE[by]}</p>`;
  const isOpen = ({ waiting, acknowledged }: PlaceView): boolean => waiting + acknowledged > 0;
  const shown =
    places.length <= TILES_MAX
      ? places
      : [...places.filter(isOpen), ...places.filter((one) => !isOpen(one))].slice(0, TILES_MAX);
  const more = places.length - shown.length;
  return html`<ul class="tiles">${shown.map((place) => tile(site, place))}</ul>${
    more > 0 && html`<p class="quiet">And ${grouped(more)} more.</p>`
  }`;
}

/** An alarm that hits several services names them all, with commas between. */
function filterOf({ name, label }: PlaceView): string {
  if (label !== 'service') return matcherText({ name: label, op: '=', value: name });
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return matcherText({ name: label, op: '=~', value: `(?:.*, *)?${literal}(?: *,.*)?` });
}

const hrefOf = (site: Site, place: PlaceView): string =>
  site.prefix + queryPath({ ...DEFAULT_QUERY, filter: filterOf(place) });

/** Each stands where it always stands; what changes is its mark and its figures. */
function tile(site: Site, place: PlaceView): Html {
  const { name, waiting, acknowledged, hidden, worst, held } = place;
  const href = hrefOf(site, place);
  const severity = worst ?? held;
  const mark = severity
    ? html`<span class="sev ${severity}${!worst && ' held'}">${shape(severity)}<span
class="unseen-text">${severity}</span></span>`
    : html`<span class="sev over">${shape('over')}<span class="unseen-text">calm</span></span>`;
  const says = [
    waiting > 0 && `${grouped(waiting)} waiting`,
    acknowledged > 0 && `${grouped(acknowledged)} held`,
    hidden > 0 && `${grouped(hidden)} hidden`,
  ].filter(Boolean);
  const loud = worst !== undefined && ` ${worst} loud`;
  return html`<li class="tile${loud}"><a href="${href}">${mark}<b>${name}</b><span
class="quiet">${says.join(', ') || 'calm'}</span></a></li>`;
}

function tasks(site: Site, { tasks: all, nameOf, now }: OverviewView): Html {
  const { duties, handovers, incidents, incidentsTotal, pagesOpen, runsOpen, silences, works } =
    all;
  const figure = (path: string, n: number, one: string, many: string): Html =>
    html`<li><a href="${site.prefix}${path}"><b>${grouped(n)}</b> ${n === 1 ? one : many}</a></li>`;
  return html`<div class="kpi-pair"><section class="card"><h2>In hand</h2>${
    handovers.length > 0 &&
    html`<ul class="plain-list">${handovers.map((one) => handed(site, one, nameOf, now))}</ul>`
  }${
    incidents.length === 0
      ? html`<p>No incident is open.</p>`
      : html`<ul class="plain-list">${incidents.map((one) =>
          incident(site, one, nameOf, now),
        )}</ul>`
  }${
    incidentsTotal > incidents.length &&
    html`<p><a href="${site.prefix}/incidents">All ${counted(incidentsTotal, 'incident')}</a></p>`
  }<ul class="figures">${figure('/pages', pagesOpen, 'page under way', 'pages under way')}${figure(
    '/runs',
    runsOpen,
    'run under way',
    'runs under way',
  )}${figure('/silences', silences, 'silence', 'silences')}${figure(
    '/maintenance',
    works,
    'work going on',
    'works going on',
  )}</ul></section><section class="card"><h2>On call</h2>${
    duties.length === 0
      ? html`<p class="quiet">There are no schedules.</p>`
      : html`<ul class="plain-list">${duties.map((duty) => onDuty(site, duty, nameOf, now))}</ul>`
  }</section></div>`;
}

/** It waits in everybody's sight: nobody has taken that shift. */
function handed(
  site: Site,
  { id, author, state }: HandoverNote,
  nameOf: NameOf,
  now: Instant,
): Html | false {
  if (state.is !== 'offered') return false;
  return html`<li class="hand-waits"><a href="${handoverHref(site, id)}"><b>The shift of ${nameOf(
    author,
  )}</b></a> is not accepted yet <span class="quiet">by ${receiverText(
    state.to,
    nameOf,
  )}, handed over ${timeTag(state.at, 'ago', now)}</span></li>`;
}

function incident(
  site: Site,
  { incident: { id, title, lead, openedAt }, severity, raised }: IncidentView,
  nameOf: NameOf,
  now: Instant,
): Html {
  return html`<li>${severity ? severityMark(severity, 'waiting') : false} <a
href="${site.prefix}/incidents/${id}"><b>${title}</b></a> <span class="quiet">${
    raised === 0 ? 'nothing raised any more' : counted(raised, 'alarm')
  }, ${lead === undefined ? 'nobody leads' : `led by ${nameOf(lead)}`}, for ${timeTag(
    openedAt,
    'age',
    now,
  )}</span></li>`;
}

const onDuty = (
  site: Site,
  { schedule, people, until }: OnDuty,
  nameOf: NameOf,
  now: Instant,
): Html => html`<li><a href="${site.prefix}/oncall">${schedule}</a>: <b${
  people.length === 0 && html` class="bad"`
}>${people.length === 0 ? 'nobody' : people.map(nameOf).join(', ')}</b> <span
class="quiet">until ${timeTag(until, 'clock', now)}</span></li>`;

/** By what it is known when the shift began. */
function startedBy(site: Site, { nameOf, now }: OverviewView, start: ShiftStart): Html {
  const since = timeTag(start.from, 'clock', now);
  const rota = (schedule: string): Html => html`<a href="${site.prefix}/oncall">${schedule}</a>`;
  switch (start.by) {
    case 'own':
      return html`Since ${since}: your turn in ${rota(start.schedule)}, by the rota.`;
    case 'note':
      return html`Since ${since}: you accepted <a
href="${handoverHref(site, start.note)}">the hand-over</a> of ${nameOf(start.author)}.`;
    case 'on-call':
      return html`Since ${since}: the turn of ${nameOf(start.person)} in ${rota(
        start.schedule,
      )}. You have none yourself.`;
    default:
      return html`Since ${since}: neither the rota nor a hand-over note says when a shift began.`;
  }
}

function since(site: Site, view: OverviewView, { start, kpis }: ShiftView): Html {
  const { rates, counts, frequent } = kpis.period;
  const [first] = frequent;
  return html`<p class="quiet">${startedBy(site, view, start)} <a
href="${site.prefix}/kpis">Key figures</a></p>
<ul class="figures"><li><b>${grouped(rates.announced)}</b> announced</li><li><b>${grouped(
    counts.hidden,
  )}</b> raised hidden</li><li><b>${grouped(counts.cleared)}</b> cleared</li><li><b>${grouped(
    counts.alone,
  )}</b> of them seen by nobody</li><li><b>${grouped(
    rates.tenMax,
  )}</b> most in ten minutes</li></ul>${
    first &&
    html`<p>Most often: <a href="${site.prefix}/alarms/${first.id}">${first.type} on ${
      first.resource
    }</a>, ${counted(first.raised, 'time')}.</p>`
  }`;
}
