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
  | { readonly is: 'refused'; readonly why: string };

/** The opposite of what was done, as a form. */
export interface UndoView {
  readonly verb: AlarmVerb;
  readonly on: readonly Target[];
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

const REFUSED_SHOWN_MAX = 20;

/** Says per alarm what happened: the sum of what was done, and each that was not, with why. */
export function answerBox(site: Site, view: AnswerView, keys: BoxKeys): Html {
  const shut = html`<a class="shut" href="${keys.shut}" data-shut>Dismiss</a>`;
  if (view.is === 'refused') {
    return html`<div class="answer refused" role="alert">
<p><b>Nothing was done.</b> ${view.why}</p>${shut}</div>`;
  }
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

/** The key `u` presses it. */
function undoForm(site: Site, { verb, on, fields, left }: UndoView, keys: BoxKeys): Html {
  const { csrf, once, back } = keys;
  const all = Object.entries({ csrf, once, back, undo: '1', verb, ...fields });
  const targets = on.map(({ id, episode }) => ['on', `${id}.${episode}`] as const);
  return html`<form method="post" action="${site.prefix}/act" class="undo" data-undo>${[
    ...all,
    ...targets,
  ].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button title="Key u">Undo</button> <span class="quiet small">${VERB_WORDS[verb].ask}: ${counted(
    on.length,
    'alarm',
  )}${left > 0 && `; ${left} had been so or otherwise before, and stay`}</span></form>`;
}

function doneText(verb: AlarmVerb, done: number, refused: number): string {
  const said = done === 0 ? '' : `${counted(done, 'alarm')} ${VERB_WORDS[verb].done}`;
  if (refused === 0) return `${said}.`;
  return said === '' ? `Not ${VERB_WORDS[verb].done}:` : `${said}, ${refused} not:`;
}

function refusedLine(
  site: Site,
  result: Extract<TargetResult, { ok: false }>,
  alarm: Alarm | undefined,
): Html {
  const name = alarm ? `${alarm.type} on ${alarm.resource}` : result.id;
  const why =
    result.code === 'EPISODE_PASSED'
      ? 'was raised again since you looked: look, then act'
      : result.why;
  return html`<li><a href="${site.prefix}/alarms/${result.id}">${name}</a>: ${why}</li>`;
}
