import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { DeskFigures } from '../desk/desk.ts';
import type { Rates } from '../desk/health/heard.ts';
import type { SourceHealth, TalkerView } from '../desk/health/view.ts';
import type { SourceState } from '../desk/source-figures.ts';
import { ageText, counted, grouped } from '../desk/views/words.ts';
import { pager, type Stretch } from './pager.ts';
import { timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface SourceRow {
  readonly state: SourceState;
  readonly health: SourceHealth | undefined;
  /** Inputs nobody understood that wait; undefined when it takes no rules. */
  readonly unread: number | undefined;
}

export interface SourcesView {
  readonly sources: readonly SourceRow[];
  /** Most trouble first. */
  readonly devices: Stretch<TalkerView>;
  /** All that were asked for; the pages end earlier where nobody would turn them. */
  readonly devicesTotal: number;
  readonly asked: { readonly source: string; readonly words: string; readonly isSilent: boolean };
  readonly figures: DeskFigures;
  readonly listening: readonly string[];
  readonly notStarted: readonly { readonly name: string; readonly why: string }[];
  readonly now: Instant;
}

/** How well each way in does, each device behind them, and the desk itself. */
export function sourcesBody(site: Site, reader: Reader, view: SourcesView): Html {
  const { sources, listening, notStarted } = view;
  const isRefused = sources.some(({ state }) => state.samples.length > 0);
  return html`<div class="stack"><div class="title"><h1>Sources</h1><span class="quiet">What comes
in, and from whom nothing does. ${
    listening.length > 0 && `Listening on ${listening.join(', ')}.`
  } <a href="${site.prefix}/desk">How the desk itself is</a></span></div>
${notStarted.map(
  ({ name, why }) => html`<p class="bad"><b>${name} takes nothing in.</b> ${why}</p>`,
)}
<div class="scroll"><table class="table"><thead><tr><th scope="col">Source</th><th
scope="col">Last</th><th scope="col" class="number">1 min / 10 min / 1 h</th><th scope="col"
class="number">Events</th><th scope="col" class="number">Refused</th><th scope="col">Lost</th><th
scope="col">Silent after</th><th scope="col">Devices</th>${
    isRefused && html`<th scope="col">Refused last</th>`
  }<th scope="col">Rules</th></tr></thead><tbody>${sources.map((s) =>
    sourceRow(site, reader, view, s, isRefused),
  )}
</tbody></table></div><p class="quiet small">Reports in the last minute, ten minutes and hour;
events, refused and lost since the desk was started.</p>
${sources.length === 0 && html`<p>No source is set up.</p>`}
${devicesPart(site, reader, view)}</div>`;
}

function sourceRow(
  site: Site,
  reader: Reader,
  view: SourcesView,
  row: SourceRow,
  isRefused: boolean,
): Html {
  const { now, figures } = view;
  const { state: s, health: h } = row;
  const lost = Object.entries(s.dropped).map(([where, n]) => `${grouped(n)} in ${where}`);
  const devices = h && h.devices.known > 0;
  const letGo = h !== undefined && h.devices.letGo > 0;
  return html`<tr><td><b>${s.source}</b></td><td data-h="Last">${lastOf(h?.total, now)}${floodOf(
    figures,
    s.source,
  )}</td>
<td class="number" data-h="Rates">${h ? ratesText(h.total.rates) : ''}</td>
<td class="number" data-h="Events">${grouped(s.events)}</td>
<td class="number${s.refused > 0 && ' bad'}" data-h="Refused">${grouped(s.refused)}</td>
<td${lost.length > 0 && html` class="bad"`} data-h="Lost">${lost.join(', ') || 'none'}</td>
<td data-h="Silent after">${limitOf(h?.total)}</td><td data-h="Devices">${
    devices &&
    html`<a href="${site.prefix}/sources?source=${encodeURIComponent(s.source)}#devices">${grouped(
      h.devices.known,
    )}</a>${
      h.devices.silent > 0 &&
      html`, <span
class="bad">${grouped(h.devices.silent)} silent</span>`
    }${letGo && html`<br><span class="quiet">${grouped(h.devices.letGo)} forgotten</span>`}`
  }</td>${isRefused && html`<td>${samples(s, now)}</td>`}<td>${rulesLink(
    site,
    reader,
    row,
  )}</td></tr>`;
}

const rulesLink = (site: Site, reader: Reader, { state, unread }: SourceRow): Html | false =>
  unread !== undefined &&
  mayAct(reader) &&
  html`<a href="${site.prefix}/sources/${encodeURIComponent(state.source)}/rules">Rules</a>${
    unread > 0 && html` <b class="bad">${grouped(unread)} not understood</b>`
  }`;

function devicesPart(site: Site, reader: Reader, view: SourcesView): Html {
  const { devices, devicesTotal, asked, sources, now } = view;
  const isAsked = asked.source !== '' || asked.words !== '' || asked.isSilent;
  if (devicesTotal === 0 && !isAsked) return html``;
  const chosen = (name: string): Html | false => asked.source === name && html` selected`;
  const rows = devices.rows.map(
    (d) => html`<tr><td><a
href="${site.prefix}/?q=${encodeURIComponent(d.device)}">${d.device}</a></td>
<td data-h="Source">${d.source}</td>
<td data-h="Last">${lastOf(d, now)}</td>
<td class="number" data-h="Rates">${ratesText(d.rates)}</td>
<td class="number${d.refused > 0 && ' bad'}" data-h="Refused">${grouped(d.refused)}</td>
<td data-h="Silent after">${limitOf(d)}</td></tr>`,
  );
  return html`<h2 id="devices">Devices</h2>
<form class="filters" method="get" action="${site.prefix}/sources"><label
class="field">Source <select name="source"><option value="">all</option>${sources.map(
    ({ state: { source } }) =>
      html`<option
value="${source}"${chosen(source)}>${source}</option>`,
  )}</select></label>
<label class="field">Name <input name="q" value="${asked.words}" maxlength="256"></label>
<label class="field tick"><input type="checkbox" name="silent" value="true"${
    asked.isSilent && html` checked`
  }> silent</label>
<button>Show</button></form>
<p class="quiet">${counted(devicesTotal, 'device')}, the one with the most trouble first.</p>
<div class="scroll"><table class="table"><thead><tr><th scope="col">Device</th><th
scope="col">Source</th><th scope="col">Last</th><th scope="col"
class="number">1 min / 10 min / 1 h</th><th scope="col" class="number">Refused</th><th
scope="col">Silent after</th></tr></thead><tbody>${rows}</tbody></table></div>${pager(
    site,
    reader,
    devices,
  )}`;
}

function lastOf(talker: TalkerView | undefined, now: Instant): Html {
  const last =
    talker?.lastAt === undefined
      ? html`<span class="quiet">nothing yet</span>`
      : timeTag(talker.lastAt, 'ago', now);
  return talker?.silentSince === undefined
    ? last
    : html`<b class="bad">silent</b><br>${talker.lastAt ? html`last ${last}` : last}`;
}

const FLOOD_SAYS = ['', 'repeats are counted', 'repeats are counted without their words'];

function floodOf({ floods }: DeskFigures, source: string): Html | false {
  const step = floods.get(source) ?? 0;
  return step > 0 && html`<br><b class="bad">floods</b>: ${FLOOD_SAYS[step]}`;
}

const ratesText = ({ minute, tenMinutes, hour }: Rates): string =>
  [minute, tenMinutes, hour].map(grouped).join(' / ');

const limitOf = (talker: TalkerView | undefined): Html =>
  talker?.limit === undefined
    ? html`<span class="quiet">not missed</span>`
    : html`${ageText(talker.limit.after)}, ${talker.limit.by}`;

const samples = ({ samples: all }: SourceState, now: Instant): Html | false =>
  all.length > 0 &&
  html`<details><summary>${all.length} kept</summary>${all.map(
    (s) => html`<p>${timeTag(s.at, 'clock', now)}${s.from !== '' && ` from ${s.from}`}: ${s.why}</p>
<pre class="evidence" tabindex="0">${s.sample}</pre>`,
  )}</details>`;
