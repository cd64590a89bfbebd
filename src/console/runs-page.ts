import { type Html, html } from '../base/html.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Run } from '../domain/run/run.ts';
import type { Parameter, Runbook, RunbookFile } from '../domain/run/runbook.ts';
import { errorSummary } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, timeTag } from './parts.ts';
import { type RunContext, stateChip } from './run-page.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface RunsView {
  readonly runs: Stretch<Run>;
  readonly files: readonly RunbookFile[];
  /** Only runbooks for this alarm are offered. */
  readonly alarm: Alarm | undefined;
  readonly text: string;
  readonly is: string;
  /** Days in UTC, both included; '' is any. */
  readonly from: string;
  readonly to: string;
}

/** What the desk can go through, and what it went through. */
export function runsBody(context: RunContext, reader: Reader, view: RunsView): Html {
  const { site } = context;
  const { runs, files, alarm } = view;
  const about =
    alarm &&
    html`<p>For <a href="${site.prefix}/alarms/${alarm.id}">${alarm.text}</a>.
<a href="${site.prefix}/runs">All runbooks</a></p>`;
  return html`<div class="stack"><div class="title"><h1>Runs</h1><span class="quiet">Who ran what,
when and why.</span></div>${about}
<section class="stack"><h2>Runbooks</h2>${
    files.length === 0
      ? noRunbook(alarm)
      : html`<div class="card"><ul class="plain-list">${[...files]
          .sort((a, b) => Number('faults' in a) - Number('faults' in b))
          .map((one) => book(site, reader, one, alarm))}</ul></div>`
  }</section>
<section class="stack"><h2>What was run</h2>${searchForm(site, view)}
${
  runs.total === 0
    ? html`<div class="card empty"><h2>There is no such run.</h2><p>A run is begun
above, or on the page of an alarm: each step is written down with who did it.</p></div>`
    : runTable(context, runs.rows)
}${pager(site, reader, runs)}</section>
</div>`;
}

const STATES: readonly Run['is'][] = ['running', 'done', 'failed', 'stopped'];

const searchForm = (site: Site, { text, is, from, to, alarm }: RunsView): Html => html`<form
method="get" action="${site.prefix}/runs" class="filters">${
  alarm && html`<input type="hidden" name="alarm" value="${alarm.id}">`
}<label class="field">With this in it <input name="text" value="${text}"
placeholder="who, why, answers"></label>
<label class="field">State <select name="is"><option value="">any</option>${STATES.map(
  (one) => html`<option${one === is && html` selected`}>${one}</option>`,
)}</select></label>
<label class="field">Begun from <input type="date" name="from" value="${from}"></label>
<label class="field">to (UTC) <input type="date" name="to" value="${to}"></label>
<button>Search</button></form>`;

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
<td data-h="State">${stateChip(run)}</td><td data-h="By">${run.by ? nameOf(run.by) : ''}</td>
<td data-h="Started">${timeTag(run.startedAt, 'ago', now)}</td>
<td data-h="Why">${run.why ?? ''}</td></tr>`,
)}</tbody></table></div>`;

export interface StartView {
  readonly runbook: Runbook;
  readonly alarm: string;
  readonly given: Readonly<Record<string, string>>;
  readonly why: string;
  /** What is wrong with a field, by its name; '' is none of them. */
  readonly faults: readonly (readonly [name: string, why: string])[];
}

const STEP_WORDS: Readonly<Record<Runbook['steps'][number]['does']['is'], string>> = {
  manual: 'you do it',
  wait: 'the desk waits',
  http: 'the desk sends a request',
  page: 'the desk pages somebody',
  command: 'the desk runs a command',
};

/** The form that starts a run. */
export function startBody(site: Site, reader: Reader, view: StartView): Html {
  const { runbook, alarm, given, why, faults } = view;
  const here = `${site.prefix}/runs/start/${encodeURIComponent(runbook.name)}`;
  const errors = faults.map(([name, why]) => ({
    field: name,
    why: name === '' ? why : `${name}: ${why}`,
  }));
  return html`<div class="stack">${errorSummary(errors)}
<p><a href="${site.prefix}/runs">← Runs</a></p>
<h1>${runbook.title}</h1>${runbook.says !== '' && html`<p class="says">${runbook.says}</p>`}
<section class="card"><h2>What will be done</h2><ol>${runbook.steps.map(
    ({ title, does }) => html`<li>${title} <span class="quiet">${STEP_WORDS[does.is]}</span></li>`,
  )}</ol></section>
<form method="post" action="${here}" class="card form">${formKeys(reader)}
<input type="hidden" name="alarm" value="${alarm}">
${runbook.parameters.map((one) =>
  parameterField(one, given[one.name] ?? '', faults.find(([name]) => name === one.name)?.[1]),
)}
<label class="field">Why <input name="why" value="${why}" required autocomplete="off"></label>
<button class="main">Start it</button></form></div>`;
}

function parameterField(parameter: Parameter, value: string, fault: string | undefined): Html {
  const { name, description, required, choices } = parameter;
  const marks = html` id="f-${name}" name="p.${name}"${
    fault !== undefined && html` aria-invalid="true" aria-describedby="f-${name}-why"`
  }`;
  const words = html`<span>${name}${!required && ' (may be empty)'} ${
    description !== '' && html`<span class="quiet">${description}</span>`
  }</span>${fault !== undefined && html`<span class="note" id="f-${name}-why">${fault}</span>`}`;
  if (choices.length === 0)
    return html`<label class="field">${words} <input${marks} value="${value}" autocomplete="off"${
      required && html` required`
    }></label>`;
  const all = required ? choices : ['', ...choices];
  return html`<label class="field">${words} <select${marks}>${all.map(
    (one) => html`<option${one === value && html` selected`}>${one}</option>`,
  )}</select></label>`;
}
