import { type Html, html } from '../base/html.ts';
import type { AlarmVerb, Target, TargetResult } from '../desk/entry.ts';
import { counted, VERB_WORDS } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Site } from './site.ts';

/** What came of an action, for whoever asked. */
export type AnswerView =
  | {
      readonly is: 'done';
      readonly verb: AlarmVerb;
      readonly results: readonly TargetResult[];
      /** The alarms as they are now, for their names. */
      readonly alarms: ReadonlyMap<string, Alarm>;
      /** It took something back: said so, and not itself undone. */
      readonly isUndo: boolean;
      readonly undo: UndoView | undefined;
    }
  | AllView
  | { readonly is: 'refused'; readonly why: string };

/** What came of an action on all alarms that match a view. */
export interface AllView {
  readonly is: 'all';
  readonly verb: AlarmVerb;
  readonly done: number;
  /** The first of those that were refused, and how many there are. */
  readonly refused: readonly Refused[];
  readonly refusedTotal: number;
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Came or changed since somebody looked: left as they are. */
  readonly changed: number;
  /** Matched when somebody looked, and no more: left as they are. */
  readonly gone: number;
  /** Why it ended before all were done; '' when it did not. */
  readonly stopped: string;
  /** Not come to because of that. */
  readonly left: number;
  readonly isUndo: boolean;
  readonly undo: UndoView | undefined;
}

type Refused = Extract<TargetResult, { ok: false }>;

/** The opposite of what was done, as a form. */
export interface UndoView {
  readonly verb: AlarmVerb;
  readonly on: readonly Target[];
  /** How many it is for, where the desk keeps which they are. Default: `on`. */
  readonly count?: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Done, and not part of it: one verb does not make them what they were. */
  readonly left: number;
}

/** What the box needs of whoever reads it. */
export interface BoxKeys {
  /** Where *Dismiss* leads. */
  readonly shut: string;
  /** The page an undo leads back to. */
  readonly back: string;
  readonly csrf: string;
  readonly once: string;
}

export const REFUSED_SHOWN_MAX = 20;

/** Says per alarm what happened: the sum of what was done, and each that was not, with why. */
export function answerBox(site: Site, view: AnswerView, keys: BoxKeys): Html {
  const shut = html`<a class="shut" href="${keys.shut}" data-shut>Dismiss</a>`;
  if (view.is === 'refused') {
    return html`<div class="answer refused" role="alert">
<p><b>Nothing was done.</b> ${view.why}</p>${shut}</div>`;
  }
  if (view.is === 'all') return allBox(site, view, keys, shut);
  const refused = view.results.flatMap((r) => (r.ok ? [] : [r]));
  const done = view.results.length - refused.length;
  const more = refused.length - REFUSED_SHOWN_MAX;
  const lines = refused
    .slice(0, REFUSED_SHOWN_MAX)
    .map((r) => refusedLine(site, r, view.alarms.get(r.id)));
  return html`<div class="answer${refused.length > 0 && ' refused'}"
role="${refused.length > 0 ? 'alert' : 'status'}">
<p><b>${view.isUndo && done > 0 && 'Undone: '}${doneText(view.verb, done, refused.length)}</b></p>
${lines.length > 0 && html`<ul>${lines}</ul>`}
${more > 0 && html`<p>and ${more} more.</p>`}
${view.undo && undoForm(site, view.undo, keys)}
${shut}</div>`;
}

/** The same for all that match a view: what was left as it is, and why. */
function allBox(site: Site, view: AllView, keys: BoxKeys, shut: Html): Html {
  const { verb, done, refused, refusedTotal, changed, gone, stopped, left, isUndo, undo } = view;
  const nothing = done + refusedTotal === 0;
  const isLoud = stopped !== '' || refusedTotal > 0 || nothing;
  const lines = refused.map((r) => refusedLine(site, r, view.alarms.get(r.id)));
  const said = nothing ? 'Nothing was done.' : doneText(verb, done, refusedTotal);
  const since = isUndo ? 'changed since' : 'came or changed since you looked';
  return html`<div class="answer${isLoud && ' refused'}" role="${isLoud ? 'alert' : 'status'}">
<p><b>${isUndo && done > 0 && 'Undone: '}${said}</b></p>
${lines.length > 0 && html`<ul>${lines}</ul>`}
${refusedTotal > lines.length && html`<p>and ${counted(refusedTotal - lines.length, 'other')}.</p>`}
${changed > 0 && html`<p>${counted(changed, 'alarm')} ${since}: left alone.</p>`}
${gone > 0 && html`<p>${counted(gone, 'alarm')} no longer matched.</p>`}
${stopped !== '' && html`<p>It ended before ${counted(left, 'alarm')}: ${stopped} Press again.</p>`}
${undo && undoForm(site, undo, keys)}
${shut}</div>`;
}

/** The key `u` presses it. */
function undoForm(site: Site, undo: UndoView, keys: BoxKeys): Html {
  const { verb, on, fields, left, count = on.length } = undo;
  const { csrf, once, back } = keys;
  const all = Object.entries({ csrf, once, back, undo: '1', verb, ...fields });
  const targets = on.map(({ id, episode }) => ['on', `${id}.${episode}`] as const);
  return html`<form method="post" action="${site.prefix}/act" class="undo" data-undo>${[
    ...all,
    ...targets,
  ].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button title="Key u">Undo</button> <span class="quiet small">${VERB_WORDS[verb].ask}: ${counted(
    count,
    'alarm',
  )}${left > 0 && `; ${left} had been so or otherwise before, and stay`}</span></form>`;
}

function doneText(verb: AlarmVerb, done: number, refused: number): string {
  const said = done === 0 ? '' : `${counted(done, 'alarm')} ${VERB_WORDS[verb].done}`;
  if (refused === 0) return `${said}.`;
  return said === '' ? `Not ${VERB_WORDS[verb].done}:` : `${said}, ${refused} not:`;
}

function refusedLine(site: Site, result: Refused, alarm: Alarm | undefined): Html {
  const name = alarm ? `${alarm.type} on ${alarm.resource}` : result.id;
  const why =
    result.code === 'EPISODE_PASSED'
      ? 'was raised again since you looked: look, then act'
      : result.why;
  return html`<li><a href="${site.prefix}/alarms/${result.id}">${name}</a>: ${why}</li>`;
}
