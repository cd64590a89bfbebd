import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { FeedChange } from '../desk/inventory-import.ts';
import type { FeedView, ThingView } from '../desk/views/inventory.ts';
import type { Effect } from '../desk/views/inventory-effect.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { FEED_FORMATS, type FeedReport } from '../domain/inventory/feed.ts';
import {
  idOf,
  KINDS,
  type Kind,
  kindOf,
  type Thing,
  type ThingKey,
} from '../domain/inventory/thing.ts';
import { errorSummary, type FieldNames, faultErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';

/** What was looked for, and what there is. */
export interface InventoryPageView {
  readonly words: string;
  readonly kind: Kind | undefined;
  readonly kinds: ReadonlyMap<Kind, number>;
  readonly feeds: readonly FeedView[];
  /** By key. */
  readonly things: Stretch<Thing>;
  readonly done: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export const thingHref = (site: Site, key: ThingKey): string =>
  `${site.prefix}/inventory/thing?key=${encodeURIComponent(key)}`;

const thingLink = (site: Site, key: ThingKey): Html =>
  html`<a href="${thingHref(site, key)}">${idOf(key)}</a> <span
class="quiet">${kindOf(key)}</span>`;

/** Search over everything there is, and the feeds it came with. */
export function inventoryBody(site: Site, reader: Reader, view: InventoryPageView): Html {
  const { words, kind, kinds, things, done } = view;
  const options = KINDS.filter((one) => kinds.has(one)).map(
    (one) =>
      html`<option value="${one}"${one === kind && html` selected`}>${one} (${grouped(
        kinds.get(one) ?? 0,
      )})</option>`,
  );
  return html`<div class="stack"><div class="title"><h1>Inventory</h1><span
class="quiet">What there is to go wrong. Alarms learn from it where they are and whose.</span></div>
${done !== '' && html`<p class="card good" role="status">${done}</p>`}
<form method="get" action="${site.prefix}/inventory" class="filters" role="search">
<label class="field">Words in names and facts
<input name="q" type="search" value="${words}" maxlength="256" autocomplete="off"></label>
<label class="field">Kind <select name="kind"><option
value="">any</option>${options}</select></label>
<button>Find</button>${
    reader.role === 'admin' &&
    html`<a class="button" href="${site.prefix}/inventory/import">Import …</a>`
  }</form>
${
  kinds.size === 0
    ? html`<div class="card empty"><h2>There is nothing yet.</h2>
<p>Import a list of devices, sites and owners: YAML, JSON, CSV or what NetBox has.</p></div>`
    : html`<p>${counted(things.total, 'thing')}.</p>
<div class="scroll"><table class="table"><caption class="unseen-text">Things</caption><thead><tr><th
scope="col">Thing</th><th scope="col">Kind</th><th
scope="col">Part of</th><th scope="col">Called</th></tr></thead>
<tbody>${things.rows.map((one) => thingRow(site, one))}</tbody></table></div>${pager(
        site,
        reader,
        things,
      )}`
}
${view.feeds.length > 0 && feedsTable(view)}</div>`;
}

const thingRow = (site: Site, { key, title = '', names = [], partOf }: Thing): Html => html`<tr>
<td><a href="${thingHref(site, key)}">${idOf(key)}</a></td><td>${kindOf(key)}</td>
<td>${partOf && thingLink(site, partOf)}</td>
<td>${[title, ...names].filter(Boolean).join(', ')}</td></tr>`;

const feedsTable = ({ feeds, nameOf, now }: InventoryPageView): Html => html`<h2>Feeds</h2>
<div class="scroll"><table class="table"><thead><tr><th scope="col">Feed</th><th scope="col"
class="number">Things</th><th scope="col">Version in force</th><th scope="col">Why, and by
whom</th></tr></thead><tbody>${feeds.map(
  ({ feed, version }) =>
    html`<tr><td><b>${feed}</b></td><td class="number">${grouped(
      version.counts.things,
    )}</td><td>${version.id} ${timeTag(version.at, 'ago', now)}<br><span class="quiet">from ${
      version.from
    }</span></td><td>${version.why}<br><span class="quiet">${nameOf(version.by)}</span></td></tr>`,
)}</tbody></table></div>
<p class="quiet">Older versions: <code>tocsin inventory versions FEED</code>.</p>`;

/** One thing, what is around it, and what is raised on it. */
export function thingBody(
  site: Site,
  view: ThingView,
  { alarms, total }: { readonly alarms: readonly Alarm[]; readonly total: number },
): Html {
  const { key, thing, above, parts, links, dependsOn, dependents, context, feeds } = view;
  const listed = (keys: readonly ThingKey[], all = keys.length): Html =>
    html`${keys.map((one) => html`${thingLink(site, one)}<br>`)}${
      all > keys.length && `and ${all - keys.length} more`
    }`;
  const facts: readonly (readonly [string, Html | string])[] = [
    ['Called', [thing?.title ?? '', ...(thing?.names ?? [])].filter(Boolean).join(', ')],
    ['Part of', above.length > 0 ? listed(above) : ''],
    ['Owner', thing?.owner ? thingLink(site, thing.owner) : ''],
    ...Object.entries(thing?.attributes ?? {}),
    [
      'Links',
      links.length === 0
        ? ''
        : html`${links.map(({ link, other }) => linkLine(site, link, other))}`,
    ],
    ['Ends', thing?.ends ? listed(thing.ends) : ''],
    ['Needs', dependsOn.total > 0 ? listed(dependsOn.keys, dependsOn.total) : ''],
    ['Needed by', dependents.total > 0 ? listed(dependents.keys, dependents.total) : ''],
    ['Parts', parts.total > 0 ? listed(parts.keys, parts.total) : ''],
    ['Feeds', feeds.join(', ') || 'none describes it; others name it'],
  ];
  const raised = total === 0 ? 'Nothing is raised here' : counted(total, 'raised alarm');
  return html`<div class="stack"><p><a href="${site.prefix}/inventory">← Inventory</a></p>
<div class="title"><h1>${thing?.title ?? idOf(key)}</h1><span class="quiet">${key}</span></div>
<section class="card"><h2>${raised}</h2><ul>${alarms.map((a) => alarmLine(site, a))}</ul></section>
<div class="columns"><section class="card"><h2>What it is</h2>${factList(facts)}</section>
<section class="card"><h2>What alarms learn from it</h2>${factList(
    Object.entries(context),
  )}</section>
</div></div>`;
}

const alarmLine = (site: Site, { id, severity, resource, text }: Alarm): Html =>
  html`<li><a href="${site.prefix}/alarms/${id}">${severity} ${resource}</a> ${text}</li>`;

const linkLine = (site: Site, link: ThingKey, other: ThingKey | undefined): Html =>
  html`${thingLink(site, link)}${other && html` to ${thingLink(site, other)}`}<br>`;

const factList = (facts: readonly (readonly [string, Html | string])[]): Html =>
  html`<dl class="facts">${facts
    .filter(([, says]) => says !== '')
    .map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl>`;

/** What the form of an import holds, and what came of the last look at it. */
export interface ImportForm {
  readonly feed: string;
  readonly format: string;
  readonly kind: string;
  /** Of a workbook; '' for its first. */
  readonly sheet: string;
  /** A workbook is here as base64. */
  readonly text: string;
  readonly why: string;
  readonly fault: string;
  readonly compared:
    | { readonly change: FeedChange; readonly report: FeedReport; readonly effect: Effect }
    | undefined;
}

export const IMPORT_FIELDS: FieldNames = {
  feed: ['feed', 'Feed'],
  format: ['format', 'Format'],
  kind: ['kind', 'Rows of a table are'],
  sheet: ['sheet', 'Sheet of a workbook'],
  text: ['text', 'The text'],
  why: ['why', 'Why'],
};

const at = (held: ImportForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, IMPORT_FIELDS), name);

/** A feed, pasted: tried as often as one likes, then put in force. */
export function importBody(site: Site, reader: Reader, form: ImportForm): Html {
  const option = (value: string, held: string): Html =>
    html`<option${value === held && html` selected`}>${value}</option>`;
  return html`<div class="stack">${errorSummary(faultErrors(form.fault, IMPORT_FIELDS))}
<p><a href="${site.prefix}/inventory">← Inventory</a></p>
<h1>Import a feed</h1>
<p class="quiet">It takes the place of what the feed brought before; other feeds stay. Very
large files: <code>tocsin inventory import FILE</code>.</p>
${form.compared && comparedCard(form.compared)}
<form method="post" action="${site.prefix}/inventory/import" class="form card">${formKeys(reader)}
<label class="field" hidden>File <input type="file" data-feed-file
accept=".yml,.yaml,.json,.csv,.tsv,.xlsx,.xlsm"></label>
<label class="field">Feed <input ${at(form, 'feed')} required maxlength="64" value="${form.feed}"
autocomplete="off"></label>
<label class="field">Format <select ${at(form, 'format')}>${FEED_FORMATS.map((one) =>
    option(one, form.format),
  )}</select></label>
<label class="field">Rows of a table are <select ${at(form, 'kind')}><option
value="">as they say</option>${KINDS.map((one) => option(one, form.kind))}</select></label>
<label class="field">Sheet of a workbook <input ${at(form, 'sheet')} maxlength="64"
value="${form.sheet}" placeholder="its first" autocomplete="off"></label>
<label class="field wide">The text; a workbook as base64<textarea ${at(form, 'text')}
rows="16" required spellcheck="false"
>${form.text}</textarea></label>
<label class="field wide">Why <input ${at(form, 'why')} maxlength="4096" value="${form.why}"
autocomplete="off"></label>
<div class="verbs"><button name="does" value="try">Try it</button><button name="does"
value="import" class="main">Import</button></div></form></div>`;
}

/** Lines and things of a report that a page shows. */
const SHOWN_MAX = 100;

function comparedCard({ change, report, effect }: NonNullable<ImportForm['compared']>): Html {
  const { counts, difference } = change;
  const { added, changed, removed } = counts;
  const lines = [
    ...difference.added.map(({ key }) => `+ ${key}`),
    ...difference.changed.map(([, { key }]) => `~ ${key}`),
    ...difference.removed.map(({ key }) => `- ${key}`),
  ];
  return html`<section class="card" role="status"><h2>${counted(counts.things, 'thing')}: ${added}
added, ${changed} changed, ${removed} removed</h2>
${
  report.leftOut > 0 &&
  html`<p class="bad">${counted(report.leftOut, 'row')} of ${report.rows} would be left out.</p>`
}
${
  report.faults.length > 0 &&
  html`<div class="scroll"><table class="table"><thead><tr><th scope="col"
class="number">Line</th><th scope="col">Thing</th><th scope="col">What was wrong</th><th
scope="col">Expected</th><th
scope="col">Done</th></tr></thead><tbody>${report.faults.slice(0, SHOWN_MAX).map(
    (f) => html`<tr><td class="number">${f.line}</td><td>${f.thing}</td><td>${f.wrong}</td>
<td>${f.expected}</td><td>${f.done}</td></tr>`,
  )}</tbody></table></div>`
}
${report.faultsTotal > SHOWN_MAX && html`<p>The first ${SHOWN_MAX} of ${report.faultsTotal}.</p>`}
<pre class="evidence" tabindex="0">${lines.slice(0, SHOWN_MAX).join('\n')}${
    lines.length > SHOWN_MAX && `\nand ${lines.length - SHOWN_MAX} more`
  }</pre>${effectPart(effect)}</section>`;
}

function effectPart({ open, affected, some }: Effect): Html {
  const label = (name: string, was = '', is = ''): Html =>
    html`${name}: ${was || 'none'} → <b>${is || 'none'}</b><br>`;
  return html`<h3>${affected} of ${counted(open, 'open alarm')} would have other labels</h3>
${
  some.length > 0 &&
  html`<div class="scroll"><table class="table"><thead><tr><th scope="col">Alarm</th><th
scope="col">Labels</th></tr></thead><tbody>${some.map(
    ({
      alarm,
      was,
      is,
    }) => html`<tr><td>${alarm.resource} <span class="quiet">${alarm.type}</span></td>
<td>${Object.keys(is).map((name) => label(name, was[name], is[name]))}</td></tr>`,
  )}</tbody></table></div>`
}
${affected > some.length && html`<p>The first ${some.length} of ${affected}.</p>`}`;
}
