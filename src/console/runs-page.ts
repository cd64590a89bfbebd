import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { grouped } from '../desk/views/words.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import { currentTry, type Run, type StepTry, waitsFor } from '../domain/run/run.ts';
import type { Parameter, Runbook, RunbookFile } from '../domain/run/runbook.ts';
import { formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface RunContext {
  readonly site: Site;
  readonly nameOf: (id: UserId) => string;
  readonly now: Instant;
}

export interface RunsView {
  readonly runs: readonly Run[];
  readonly total: number;
  readonly files: readonly RunbookFile[];
  /** Only runbooks for this alarm are offered. */
  readonly alarm: Alarm | undefined;
  readonly text: string;
}

/** What the desk can go through, and what it went through. */
export function runsBody(context: RunContext, reader: Reader, view: RunsView): Html {
  const { site } = context;
  const { runs, total, files, alarm, text } = view;
  const about =
    alarm &&
    html`<p>For <a href="${site.prefix}/alarms/${alarm.id}">${alarm.text}</a>.
<a href="${site.prefix}/runs">All runbooks</a></p>`;
  return html`<div class="stack"><div class="title"><h1>Runs</h1><span class="quiet">Who ran what,
when and why.</span></div>${about}
<section><h2>Runbooks</h2>${
    files.length === 0
      ? noRunbook(alarm)
      : html`<ul class="plain-list">${files.map((one) => book(site, reader, one, alarm))}</ul>`
  }</section>
<section><h2>What was run</h2><form method="get" action="${site.prefix}/runs"><label>With this in it
<input name="text" value="${text}"></label> <button>Search</button></form>
${runs.length === 0 ? html`<p class="quiet">There is no such run.</p>` : runTable(context, runs)}
${total > runs.length && html`<p>The newest ${runs.length} of ${grouped(total)}.</p>`}</section>
</div>`;
}

const noRunbook = (alarm: Alarm | undefined): Html =>
  alarm
    ? html`<p class="quiet">No runbook is for this alarm.</p>`
    : html`<div class="card empty"><p>There is no runbook. Name their folder in the configuration
file of the desk, and put a Markdown file into it.</p>
<pre class="evidence" tabindex="0">runbooks: {folder: runbooks}</pre></div>`;

function book(site: Site, reader: Reader, one: RunbookFile, alarm: Alarm | undefined): Html {
  if ('faults' in one)
    return html`<li class="fault">${one.faults.map(
      ({ line, why }) => html`${one.file}:${line}: ${why}<br>`,
    )}</li>`;
  const { name, title } = one.runbook;
  const of = alarm ? `?alarm=${alarm.id}` : '';
  const href = `${site.prefix}/runs/start/${encodeURIComponent(name)}${of}`;
  return html`<li>${mayAct(reader) ? html`<a href="${href}">${name}</a>` : name} ${title}</li>`;
}

const runTable = ({ site, nameOf, now }: RunContext, runs: readonly Run[]): Html => html`
<div class="scroll"><table class="table"><thead><tr><th scope="col">Run</th><th
scope="col">State</th><th scope="col">By</th><th scope="col">Started</th><th
scope="col">Why</th></tr></thead><tbody>${runs.map(
  (run) => html`<tr><td><a href="${site.prefix}/runs/${run.id}">${run.title ?? run.runbook}</a></td>
<td data-h="State">${stateText(run)}</td><td data-h="By">${run.by ? nameOf(run.by) : ''}</td>
<td data-h="Started">${timeTag(run.startedAt, 'ago', now)}</td>
<td data-h="Why">${run.why ?? ''}</td></tr>`,
)}</tbody></table></div>`;

function stateText(run: Run): string {
  const at = `step ${run.step + 1} of ${run.stepsTotal}`;
  if (run.is !== 'running') return run.is === 'done' ? 'done' : `${run.is} at ${at}`;
  if (waitsFor(run) === 'person') return `waits for a person, ${at}`;
  return `${currentTry(run)?.page === undefined ? 'running' : 'waits for an answer'}, ${at}`;
}

export interface StartView {
  readonly runbook: Runbook;
  readonly alarm: string;
  readonly given: Readonly<Record<string, string>>;
  readonly why: string;
  readonly fault: string;
}

/** The form that starts a run. */
export function startBody(site: Site, reader: Reader, view: StartView): Html {
  const { runbook, alarm, given, why, fault } = view;
  const here = `${site.prefix}/runs/start/${encodeURIComponent(runbook.name)}`;
  return html`<div class="stack"><p><a href="${site.prefix}/runs">Runs</a></p>
<h1>${runbook.title}</h1>${runbook.says !== '' && html`<p>${runbook.says}</p>`}
${fault !== '' && html`<p class="fault" role="alert">${fault}</p>`}
<ol>${runbook.steps.map(
    ({ title, does }) => html`<li>${title} <span
class="quiet">${does.is === 'manual' ? 'you do it' : does.is}</span></li>`,
  )}</ol>
<form method="post" action="${here}" class="stack card">${formKeys(reader)}
<input type="hidden" name="alarm" value="${alarm}">
${runbook.parameters.map((one) => parameterField(one, given[one.name] ?? ''))}
<label>Why <input name="why" value="${why}" required></label>
<p><button class="main">Start it</button></p></form></div>`;
}

function parameterField({ name, description, required, choices }: Parameter, value: string): Html {
  const of = `p.${name}`;
  const words = html`${name}${required ? '' : ' (may be empty)'} ${
    description !== '' && html`<span class="quiet">${description}</span>`
  }`;
  if (choices.length === 0)
    return html`<label>${words} <input name="${of}" value="${value}"${
      required && html` required`
    }></label>`;
  const all = required ? choices : ['', ...choices];
  return html`<label>${words} <select name="${of}">${all.map(
    (one) => html`<option${one === value && html` selected`}>${one}</option>`,
  )}</select></label>`;
}

/** One run: its steps, what was sent and what came back, and what a person can do now. */
export function runBody(context: RunContext, reader: Reader, run: Run, fault: string): Html {
  const { site, nameOf, now } = context;
  const { steps = [], parameters = {}, alarm, by, stopped } = run;
  const mayTick = waitsFor(run) === 'person' && mayAct(reader);
  const facts: readonly (readonly [string, Html | string])[] = [
    ['State', stateText(run)],
    ['Started', html`${timeTag(run.startedAt, 'clock', now)} by ${by ? nameOf(by) : 'nobody'}`],
    ['Why', run.why ?? ''],
    ...(alarm
      ? [['Alarm', html`<a href="${site.prefix}/alarms/${alarm}">${alarm}</a>`] as const]
      : []),
    ...Object.entries(parameters),
    ...(stopped ? [['Stopped', `${nameOf(stopped.by)}: ${stopped.why}`] as const] : []),
  ];
  return html`<div class="stack"><p><a href="${site.prefix}/runs">Runs</a></p>
<h1>${run.title ?? run.runbook}</h1>
${fault !== '' && html`<p class="fault" role="alert">${fault}</p>`}
<dl class="facts card">${facts.map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl>
<ol class="stack">${steps.map(
    ({ title, says }, i) => html`<li${
      i === run.step &&
      run.is === 'running' &&
      html`
aria-current="step"`
    }><h2>${title}</h2>${says !== '' && html`<p>${says}</p>`}
${(run.tries ?? []).filter(({ step }) => step === i).map((one) => tryLine(context, one))}
${i === run.step && mayTick && tickForm(site, reader, run)}</li>`,
  )}</ol>
${
  run.is === 'running' &&
  mayAct(reader) &&
  html`<form method="post"
action="${site.prefix}/runs/${run.id}/stop" class="card">${formKeys(reader)}<label>Why
<input name="why" required></label> <button>Stop the run</button></form>`
}</div>`;
}

const tryLine = ({ site, nameOf, now }: RunContext, one: StepTry): Html => html`<p>${one.is}
${timeTag(one.endedAt ?? one.begunAt, 'clock', now)}${one.by && ` ${nameOf(one.by)}`}${
  one.note && `: ${one.note}`
}${one.page && html` <a href="${site.prefix}/pages/${one.page}">Who is told</a>`}</p>${[
  one.input,
  one.output,
].map((text) => text && html`<pre class="evidence" tabindex="0">${text}</pre>`)}`;

const tickForm = (site: Site, reader: Reader, run: Run): Html => html`<form method="post"
action="${site.prefix}/runs/${run.id}/tick">${formKeys(reader)}<input type="hidden" name="step"
value="${run.step}"><label>What you saw <input name="note"></label>
<button class="main" name="how" value="done">It is done</button>${
  currentTry(run) && html` <button name="how" value="again">Try again</button>`
}</form>`;
