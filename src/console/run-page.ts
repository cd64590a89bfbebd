import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { currentTry, type Run, type StepTry, waitsFor } from '../domain/run/run.ts';
import type { RunbookStep } from '../domain/run/runbook.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface RunContext {
  readonly site: Site;
  readonly nameOf: (id: UserId) => string;
  /** What an alarm is called: its type and resource. */
  readonly alarmOf: (id: AlarmId) => string;
  readonly now: Instant;
}

/** How far a run is, in words with a colour. */
export function stateChip(run: Run): Html {
  const at = `step ${run.step + 1} of ${run.stepsTotal}`;
  const chip = (kind: string, word: string): Html =>
    html`<span class="state ${kind}">${word}</span>`;
  if (run.is === 'done') return chip('good', 'done');
  if (run.is !== 'running')
    return html`${chip(run.is === 'failed' ? 'failed' : 'expired', run.is)} at ${at}`;
  if (waitsFor(run) === 'person') return html`${chip('active', 'waits for a person')}, ${at}`;
  const asks = currentTry(run)?.page !== undefined;
  return html`${chip('pending', asks ? 'waits for an answer' : 'running')}, ${at}`;
}

/** The parts that the stream sends again when the run goes on, by name. */
export function runParts(
  context: RunContext,
  run: Run,
): Record<'run.facts' | 'run.steps' | 'run.verbs', Html> {
  return {
    'run.facts': facts(context, run),
    'run.steps': steps(context, run),
    'run.verbs': verbs(context.site, run),
  };
}

/** One run: its steps, what was sent and what came back, and what a person can do now. */
export function runBody(context: RunContext, reader: Reader, run: Run, fault: string): Html {
  const { site } = context;
  const parts = runParts(context, run);
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<p><a href="${site.prefix}/runs">← Runs</a></p>
<h1>${run.title ?? run.runbook}</h1>
<div class="card" data-part="run.facts">${parts['run.facts']}</div>
<div data-part="run.steps">${parts['run.steps']}</div>
${
  mayAct(reader) &&
  run.is === 'running' &&
  html`<form method="post" action="${site.prefix}/runs/${run.id}/tick" class="card form"
id="run-act">${formKeys(reader)}<label class="field">What you saw, or why <input name="note"
maxlength="4096" autocomplete="off"></label><div class="bar" data-part="run.verbs">${
    parts['run.verbs']
  }</div></form>`
}</div>`;
}

function facts({ site, nameOf, alarmOf, now }: RunContext, run: Run): Html {
  const { parameters = {}, alarm, by, stopped } = run;
  const all: readonly (readonly [string, Html | string])[] = [
    ['State', stateChip(run)],
    ...(stopped ? [['Stopped', `${nameOf(stopped.by)}: ${stopped.why}`] as const] : []),
    ['Started', html`${timeTag(run.startedAt, 'clock', now)} by ${by ? nameOf(by) : 'nobody'}`],
    ...(run.endedAt === undefined ? [] : [['Ended', timeTag(run.endedAt, 'clock', now)] as const]),
    ['Why', run.why ?? ''],
    ...(alarm
      ? [['Alarm', html`<a href="${site.prefix}/alarms/${alarm}">${alarmOf(alarm)}</a>`] as const]
      : []),
    ...Object.entries(parameters),
  ];
  return html`<dl class="facts">${all.map(
    ([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`,
  )}</dl>`;
}

const steps = (context: RunContext, run: Run): Html =>
  html`<ol class="steps stack">${(run.steps ?? []).map((step, i) =>
    oneStep(context, run, step, i),
  )}</ol>`;

function oneStep(context: RunContext, run: Run, { title, says }: RunbookStep, i: number): Html {
  const isNow = i === run.step && run.is === 'running';
  const tries = (run.tries ?? []).filter(({ step }) => step === i);
  return html`<li class="card"${isNow && html` aria-current="step"`}><h2>${
    isNow && html`<span class="tag">now</span> `
  }${i + 1}. ${title}</h2>${says !== '' && html`<p class="says">${says}</p>`}
${tries.map((one) => tryLine(context, one))}</li>`;
}

const TRY_WORDS: Readonly<Record<StepTry['is'], readonly [kind: string, word: string]>> = {
  begun: ['pending', 'under way'],
  done: ['good', 'done'],
  failed: ['failed', 'failed'],
  unsure: ['failed', 'unsure: nobody knows how far it came'],
};

function tryLine({ site, nameOf, now }: RunContext, one: StepTry): Html {
  const [kind, word] = TRY_WORDS[one.is];
  const said = [one.by && nameOf(one.by), one.note].filter(Boolean).join(': ');
  return html`<div class="try"><p><span class="state ${kind}">${word}</span> ${timeTag(
    one.endedAt ?? one.begunAt,
    'clock',
    now,
  )} ${said}${one.page && html` <a href="${site.prefix}/pages/${one.page}">Who is told</a>`}</p>${[
    one.input,
    one.output,
  ].map((text) => text && html`<pre class="evidence" tabindex="0">${text}</pre>`)}</div>`;
}

/** Buttons for the step as it is now; the same for everybody who may press them. */
function verbs(site: Site, run: Run): Html {
  if (run.is !== 'running') return html`<span class="quiet">It is over.</span>`;
  const stop = html`<button formaction="${site.prefix}/runs/${run.id}/stop">Stop the run</button>`;
  if (waitsFor(run) !== 'person')
    return html`<span class="quiet">The desk is at step ${run.step + 1}.</span> ${stop}`;
  return html`<input type="hidden" name="step" value="${run.step}"><button class="main" name="how"
value="done">Step ${run.step + 1} is done</button>${
    currentTry(run) && html` <button name="how" value="again">Try again</button>`
  } ${stop}`;
}
