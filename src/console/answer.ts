import { type Html, html } from '../base/html.ts';
import type { AlarmVerb, TargetResult } from '../desk/entry.ts';
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
    }
  | { readonly is: 'refused'; readonly why: string };

const REFUSED_SHOWN_MAX = 20;

/** Says per alarm what happened: the sum of what was done, and each that was not, with why. */
export function answerBox(site: Site, view: AnswerView, shutHref: string): Html {
  const shut = html`<a class="shut" href="${shutHref}" data-shut>Dismiss</a>`;
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
<p><b>${doneText(view.verb, done, refused.length)}</b></p>
${lines.length > 0 && html`<ul>${lines}</ul>`}
${more > 0 && html`<p>and ${more} more.</p>`}
${shut}</div>`;
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
