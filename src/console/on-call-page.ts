import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { KeptOverride, Roster } from '../desk/rota-acts.ts';
import { lengthText } from '../desk/views/notice-words.ts';
import type { Reach } from '../desk/views/pages.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Coverage } from '../domain/rota/on-call.ts';
import type { HandoverNotices, Override, Shift, Span } from '../domain/rota/schedule.ts';
import { errorSummary, type FieldNames, faultErrors, fieldMarks } from './form-errors.ts';
import { handoverHref } from './handovers-page.ts';
import { copyable, formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';
import { type SwapsView, swapsPart } from './swaps-part.ts';

/** One schedule: who is on call, and its next two weeks. */
export interface DutyView {
  readonly name: string;
  readonly zone: string;
  readonly coverage: Coverage;
  readonly people: readonly UserId[];
  readonly until: Instant;
  readonly next: { readonly at: Instant; readonly people: readonly UserId[] } | undefined;
  readonly strip: Strip;
  /** Absent: nobody is told of hand-overs. */
  readonly notices?: HandoverNotices;
  readonly roster: Roster | undefined;
  /** People of the schedule who cannot be told for sure. */
  readonly unsure: readonly { readonly person: UserId; readonly reach: Reach }[];
  readonly swaps: Omit<SwapsView, 'nameOf'>;
  /** Not over yet. */
  readonly overrides: readonly KeptOverride[];
}

/** A calendar of some days, drawn as one band. */
export interface Strip extends Span {
  /** Midnights of the schedule's zone, with `Mon 5`. */
  readonly days: readonly { readonly at: Instant; readonly words: string }[];
  readonly shifts: readonly Shift[];
  readonly gaps: readonly Span[];
}

/** What the form holds: each field as it was typed. */
export interface OverrideForm {
  readonly schedule: string;
  readonly is: string;
  readonly person: string;
  readonly by: string;
  /** `2026-03-01T22:00`, by the schedule's clock. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly fault: string;
}

export interface OnCallView {
  readonly duties: readonly DutyView[];
  /** Who can be chosen. */
  readonly users: readonly { readonly id: UserId; readonly name: string }[];
  readonly form: OverrideForm;
  readonly isFormOpen: boolean;
  readonly done: string;
  /** Of a form that has no place of its own for it. */
  readonly fault: string;
  /** A calendar's address that was just made; shown once. */
  readonly calendar: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Who is on call now and next, readable from across the room; then the calendar. */
export function onCallBody(site: Site, reader: Reader, view: OnCallView): Html {
  const { duties, done, calendar } = view;
  const fault = view.fault || view.form.fault;
  return html`<div class="stack">${errorSummary(faultErrors(fault, OVERRIDE_FIELDS))}
<div class="title"><h1>On call</h1><span class="quiet">Who is
asked first, now and next.</span></div>
${
  mayAct(reader) &&
  html`<p><a class="button" href="${handoverHref(site)}#new">Hand over the shift</a></p>`
}
${done !== '' && html`<p class="card good" role="status">${done}</p>`}
${
  calendar !== '' &&
  html`<section class="card" role="status"><p>The calendar’s address. It is shown once; who has it
can read the calendar. Revoke it with <code>tocsin tokens</code>.</p>
${copyable(calendar)}</section>`
}
${
  duties.length === 0
    ? none(site)
    : html`<div class="duties">${duties.map((one) => now(view, one))}</div>`
}
${duties.length > 0 && mayAct(reader) && formCard(site, reader, view)}
${duties.map((one) => schedule(site, reader, view, one))}</div>`;
}

const none = (site: Site): Html => html`<div class="card empty"><h2>There are no schedules.</h2>
<p>Write <code>schedules:</code> into the <a href="${site.prefix}/configuration">configuration</a>:
who takes turns, for how long, and when.</p></div>`;

const COVERAGE: Readonly<Record<Coverage, string>> = {
  'no layers': 'This schedule has no layers.',
  'no people': 'Nobody in it is a user who may sign in.',
  'uncovered now': 'Nobody is on call now.',
  covered: '',
};

const names = (view: OnCallView, people: readonly UserId[]): string =>
  people.map(view.nameOf).join(', ');

/** The large card. */
function now(view: OnCallView, duty: DutyView): Html {
  const { people, next, coverage, strip } = duty;
  const [gap] = strip.gaps.filter(({ to }) => to > view.now);
  return html`<section class="card duty${people.length === 0 && html` bare`}"
aria-label="${duty.name}"><h2><a href="#s-${duty.name}">${duty.name}</a></h2>
<p class="on-call-now">${people.length === 0 ? 'Nobody' : names(view, people)}</p>
${coverage !== 'covered' && html`<p class="fault">${COVERAGE[coverage]}</p>`}
${mute(view, duty)}
<p>${
    next
      ? html`until ${timeTag(next.at, 'clock', view.now)}, then <b>${
          next.people.length === 0 ? 'nobody' : names(view, next.people)
        }</b>`
      : html`<span class="quiet">No change in sight.</span>`
  }</p>
${
  gap &&
  people.length > 0 &&
  html`<p class="fault">Nobody from ${timeTag(gap.from, 'clock', view.now)} to ${timeTag(
    gap.to,
    'clock',
    view.now,
  )}.</p>`
}</section>`;
}

function schedule(site: Site, reader: Reader, view: OnCallView, duty: DutyView): Html {
  const { strip, overrides } = duty;
  return html`<section class="card stack" id="s-${duty.name}"><h2>${duty.name}</h2>
<p class="quiet">Two weeks by the clock of ${duty.zone}${
    strip.gaps.length > 0 && html`; <b>${counted(strip.gaps.length, 'gap')}</b>`
  }.</p>
<div class="scroll">${band(view, strip)}</div>
${handover(view, duty)}
${overrides.length > 0 && overrideTable(site, reader, view, overrides)}
<div class="folds">${unsure(view, duty)}
<details><summary>Shifts as a table</summary>${shiftTable(view, strip)}</details>
${swapsPart(site, reader, { ...duty.swaps, nameOf: view.nameOf })}
<form method="post" action="${site.prefix}/oncall/calendar">${formKeys(reader)}
<input type="hidden" name="schedule" value="${duty.name}">
<button>Make a calendar address</button></form></div></section>`;
}

const REACH_WORDS: Readonly<Record<Reach, string>> = {
  'no address': 'no address, so pages pass them by',
  failing: 'nothing gets through',
  unverified: 'not verified',
  verified: '',
};

/** Can everybody be reached? Whoever cannot be stands here before a page finds out. */
function unsure(view: OnCallView, duty: DutyView): Html | false {
  if (duty.unsure.length === 0) return false;
  return html`<details><summary>Not sure to be reached: <b>${String(
    duty.unsure.length,
  )}</b></summary><ul class="plain-list">${duty.unsure.map(
    ({ person, reach }) => html`<li><b>${view.nameOf(person)}</b>: ${REACH_WORDS[reach]}</li>`,
  )}</ul></details>`;
}

/** Of those who are on call now, whom no page reaches. */
function mute(view: OnCallView, { people, unsure: all }: DutyView): Html | false {
  const lost = all.filter(
    ({ person, reach }) =>
      people.includes(person) && (reach === 'no address' || reach === 'failing'),
  );
  return (
    lost.length > 0 &&
    html`<p class="fault">${lost.map(
      ({ person, reach }) => html`${view.nameOf(person)}: ${REACH_WORDS[reach]}. `,
    )}</p>`
  );
}

/** Whom hand-overs are told to, and what came of the last one. */
function handover(view: OnCallView, { notices, roster }: DutyView): Html | false {
  if (!notices) return false;
  const { atHandover, before } = notices;
  const ahead = before > 0 ? `whoever comes, ${lengthText(before)} before` : '';
  const said = [atHandover ? 'whoever comes and goes, at the change' : '', ahead].filter(Boolean);
  const told = said.length === 0 ? 'Nobody is told of hand-overs.' : `Told: ${said.join('; ')}.`;
  const { changedAt, before: was = [], people = [] } = roster ?? {};
  return html`<p class="quiet">${told}${
    changedAt !== undefined &&
    html` Last hand-over: ${names(view, people) || 'nobody'} after ${
      names(view, was) || 'nobody'
    }, ${timeTag(changedAt, 'ago', view.now)}.`
  }</p>`;
}

// ---- The band: 80 units a day, 26 a lane ----

const DAY = 80;
const LANE = 26;
const HEAD = 20;
/** A letter is about so wide at the band's size. */
const LETTER = 7;
const DAY_MS = 86_400_000;

function band(view: OnCallView, { from, to, days, shifts, gaps }: Strip): Html {
  const x = (at: Instant): number => Math.round(((at - from) / DAY_MS) * DAY * 10) / 10;
  const lanes = lanesOf(shifts);
  const height = HEAD + Math.max(1, lanes.count) * LANE;
  const width = x(to);
  const tones = new Map<UserId, number>();
  for (const { person } of shifts) if (!tones.has(person)) tones.set(person, tones.size % 2);
  return html`<svg class="rota" viewBox="0 0 ${String(width)} ${String(height)}" role="img"
aria-label="Shifts and gaps of two weeks; the table below says the same">
${days.map(
  ({ at, words }) => html`<line x1="${String(x(at))}" x2="${String(x(at))}" y1="0"
y2="${String(height)}"/><text class="day" x="${String(x(at) + 4)}" y="14">${words}</text>`,
)}
${shifts.map((shift, i) =>
  bar(
    { from: x(shift.from), to: x(shift.to), lane: lanes.of[i] ?? 0 },
    view.nameOf(shift.person),
    shift.layer === 'override' ? 'over' : `tone-${tones.get(shift.person) ?? 0}`,
  ),
)}
${gaps.map((gap) => bar({ from: x(gap.from), to: x(gap.to), lane: 0 }, 'nobody', 'gap'))}
<line class="now" x1="${String(x(view.now))}" x2="${String(x(view.now))}" y1="${String(HEAD)}"
y2="${String(height)}"/></svg>`;
}

function bar(
  { from, to, lane }: { readonly from: number; readonly to: number; readonly lane: number },
  words: string,
  kind: string,
): Html {
  const y = HEAD + lane * LANE;
  const width = Math.max(1, Math.round((to - from) * 10) / 10);
  const letters = Math.floor((width - 8) / LETTER);
  const shown =
    words.length <= letters ? words : letters > 2 ? `${words.slice(0, letters - 1)}…` : '';
  return html`<g class="${kind}"><title>${words}</title><rect x="${String(from)}" y="${String(y)}"
width="${String(width)}" height="${String(LANE - 3)}"/>${
    shown !== '' && html`<text x="${String(from + 4)}" y="${String(y + 16)}">${shown}</text>`
  }</g>`;
}

/** People on call at once stand below each other: each shift in the first lane that is free. */
function lanesOf(shifts: readonly Shift[]): { readonly of: readonly number[]; count: number } {
  const free: number[] = [];
  const of = shifts.map(({ from, to }) => {
    const lane = free.findIndex((until) => until <= from);
    const at = lane < 0 ? free.length : lane;
    free[at] = to;
    return at;
  });
  return { of, count: free.length };
}

function shiftTable(view: OnCallView, { shifts, gaps }: Strip): Html {
  const rows = [
    ...shifts.map((one) => ({ ...one, who: view.nameOf(one.person) })),
    ...gaps.map((gap) => ({ ...gap, who: 'nobody', layer: '' })),
  ].sort((a, b) => a.from - b.from);
  return html`<div class="scroll"><table class="table"><caption class="unseen-text">Shifts</caption>
<thead><tr><th scope="col">From</th><th scope="col">Until</th><th scope="col">Who</th><th
scope="col">Layer</th></tr></thead><tbody>${rows.map(
    ({ from, to, who, layer }) => html`<tr><td>${timeTag(from, 'clock', view.now)}</td>
<td>${timeTag(to, 'clock', view.now)}</td><td>${
      layer === '' ? html`<b class="fault">${who}</b>` : who
    }</td><td>${layer}</td></tr>`,
  )}</tbody></table></div>`;
}

/** An override as a sentence. */
function says(view: OnCallView, { is, person, by }: Override): Html {
  const [who, comes] = [person, by].map((id) => html`<b>${id ? view.nameOf(id) : 'nobody'}</b>`);
  if (is === 'add') return html`${comes} too`;
  if (is === 'remove') return html`without ${who}`;
  return is === 'replace' ? html`${comes} for ${who}` : html`only ${comes}`;
}

function overrideTable(
  site: Site,
  reader: Reader,
  view: OnCallView,
  overrides: readonly KeptOverride[],
): Html {
  return html`<h3>Overrides</h3><div class="scroll"><table class="table"><caption
class="unseen-text">Overrides</caption><thead><tr><th scope="col">Who</th><th
scope="col">From</th><th scope="col">Until</th><th scope="col">Why, and by whom</th><th
scope="col"><span class="unseen-text">Actions</span></th></tr></thead>
<tbody>${overrides.map(
    (one) => html`<tr id="${one.id}"><td>${says(view, one)}</td>
<td data-h="From">${timeTag(one.from, 'clock', view.now)}</td>
<td data-h="Until">${timeTag(one.to, 'clock', view.now)}</td>
<td>${one.reason}<br><span class="quiet">${view.nameOf(one.madeBy)}</span></td>
<td>${
      mayAct(reader) &&
      html`<details><summary>Remove</summary><form method="post"
action="${site.prefix}/oncall/overrides/${one.id}/remove">${formKeys(reader)}
<label class="field">Why <input name="reason" required maxlength="4096" autocomplete="off"></label>
<button aria-label="Remove override ${one.id}">Remove</button></form></details>`
    }</td></tr>`,
  )}</tbody></table></div>`;
}

const KINDS: readonly (readonly [Override['is'], string])[] = [
  ['replace', 'somebody for somebody'],
  ['add', 'somebody too'],
  ['remove', 'without somebody'],
  ['take all', 'only somebody, or nobody'],
];

export const OVERRIDE_FIELDS: FieldNames = {
  schedule: ['schedule', 'Schedule'],
  is: ['is', 'How'],
  by: ['by', 'Who comes'],
  person: ['person', 'In whose place'],
  from: ['from', 'From'],
  to: ['to', 'Until'],
  reason: ['reason', 'Why'],
};

const at = (held: OverrideForm, name: string): Html =>
  fieldMarks(faultErrors(held.fault, OVERRIDE_FIELDS), name);

function formCard(site: Site, reader: Reader, view: OnCallView): Html {
  const { form, duties, users } = view;
  const option = (value: string, words: string, chosen: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`;
  const people = (chosen: string): Html =>
    html`${option('', '—', chosen)}${users.map(({ id, name }) => option(id, name, chosen))}`;
  return html`<details class="card" id="override"${view.isFormOpen && html` open`}><summary>Somebody
stands in</summary><form method="post" action="${site.prefix}/oncall"
class="form silence-form">${formKeys(reader)}
<label class="field">Schedule <select ${at(form, 'schedule')}>${duties.map(({ name, zone }) =>
    option(name, `${name} (${zone})`, form.schedule),
  )}</select></label>
<label class="field">How <select ${at(form, 'is')}>${KINDS.map(([is, words]) =>
    option(is, words, form.is),
  )}</select></label>
<label class="field">Who comes <select ${at(form, 'by')}>${people(form.by)}</select></label>
<label class="field">In whose place, or who goes <select ${at(form, 'person')}>${people(
    form.person,
  )}</select></label>
<label class="field">From, by the schedule’s clock <input type="datetime-local" ${at(form, 'from')}
required
value="${form.from}"></label>
<label class="field">Until <input type="datetime-local" ${at(form, 'to')} required
value="${form.to}"></label>
<label class="field wide">Why: for everybody who sees it <input ${at(form, 'reason')} required
maxlength="4096" autocomplete="off" value="${form.reason}"></label>
<div class="verbs"><button class="main">Set it</button></div></form></details>`;
}
