import { type Html, html } from '../base/html.ts';
import { cut } from '../base/text.ts';
import type { Instant } from '../base/time.ts';
import { sameReading, type TrialInput, type Tried } from '../desk/views/rules-trial.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';
import { severityMark, timeTag, webLink } from './parts.ts';

/** What is drawn of one input. */
const DRAWN = { beginning_chars_max: 160, shown_chars_max: 32_768, fields_max: 400 } as const;
const EVENTS_SHOWN_MAX = 20;
const REFUSALS_SHOWN_MAX = 20;

type Reading = Tried['now'];

export const inputBeginning = ({ shown }: TrialInput): string =>
  cut(shown.replace(/\s+/g, ' ').trim() || '(nothing)', DRAWN.beginning_chars_max);

/** The picked input: its fields, each with what rules call it, and the whole of it. */
export function pickedInput(
  on: TrialInput,
  fields: readonly { readonly selector: string; readonly value: string }[],
  mayDrop: boolean,
): Html {
  const more = fields.length - DRAWN.fields_max;
  const rows = fields.slice(0, DRAWN.fields_max).map(
    ({ selector, value }) =>
      html`<tr><th scope="row"><code>${selector}</code></th><td>${cut(value, 200)}</td>
<td><button type="button" class="plain" data-insert="${selector}" data-into="rules-text"
hidden>Insert<span class="unseen-text"> ${selector}</span></button></td></tr>`,
  );
  return html`<section class="card stack" aria-labelledby="picked"><h2 id="picked">The picked
input</h2>
${on.kept && html`<p class="bad">Not understood: ${on.kept.why}</p>`}
${
  rows.length > 0 &&
  html`<div class="scroll fields"><table class="table"><caption class="unseen-text">Its fields, as
rules name them</caption><tbody>${rows}</tbody></table></div>
${more > 0 && html`<p class="quiet">and ${more} fields more.</p>`}`
}
<details${rows.length === 0 && html` open`}><summary>As it came, without secrets</summary><pre
class="evidence" tabindex="0">${cut(on.shown, DRAWN.shown_chars_max)}</pre></details>
${
  on.kept &&
  mayDrop &&
  html`<details><summary>Drop it</summary><div class="form"><label class="field">Why it is no
alarm <input name="drop_why" maxlength="4096" autocomplete="off"></label><div><button name="do"
value="drop" formnovalidate>Drop it unread</button></div></div></details>`
}</section>`;
}

/** What the picked input becomes now, and what it would with the text of the form. */
export function readings({ now, edited }: Tried, at: Instant): Html {
  const isSame = edited !== undefined && sameReading(now, edited);
  return html`<section class="card stack" aria-labelledby="becomes"><h2 id="becomes">What it
becomes</h2>
<h3>With the text as written here</h3>
${
  edited === undefined
    ? html`<p class="quiet">The text has faults.</p>`
    : isSame
      ? html`<p>The same as now.</p>`
      : reading(edited, at)
}<h3>Now</h3>${reading(now, at)}</section>`;
}

function reading({ events, refused, unread }: Reading, at: Instant): Html {
  const more = events.length - EVENTS_SHOWN_MAX;
  const told = refused.slice(0, REFUSALS_SHOWN_MAX);
  const isNothing = events.length === 0 && refused.length === 0 && !unread;
  return html`<div class="stack">${isNothing && html`<p>Nothing: it is ignored.</p>`}
${events.slice(0, EVENTS_SHOWN_MAX).map((event) => eventCard(event, at))}
${more > 0 && html`<p class="quiet">and ${more} more.</p>`}
${unread && html`<p class="bad">Not understood: ${unread.why}</p>`}
${
  !unread &&
  told.map(
    ({ field, why }) => html`<p class="bad">Refused: ${field !== '' && html`<code>${field}</code> `}
${why}</p>`,
  )
}</div>`;
}

const KIND_WORDS: Readonly<Record<AlarmEvent['kind'], string>> = {
  raise: 'Raises',
  clear: 'Clears',
  change: 'Changes',
  occurrence: 'Happened; a person closes it',
};

function eventCard(event: AlarmEvent, at: Instant): Html {
  const { kind, severity, resource, type, qualifier, text } = event;
  const mark = kind === 'clear' ? 'cleared' : 'waiting';
  const facts: readonly (readonly [string, Html | string | undefined])[] = [
    ['Resource', resource],
    ['Type', type],
    ['Qualifier', qualifier],
    ['Text', text],
    ['Labels', pairs(event.labels)],
    ['Annotations', pairs(event.annotations ?? {})],
    ['Link', event.link && webLink(event.link)],
    ['Happened', event.at && timeTag(event.at, 'clock', at)],
    ['Began', event.since && timeTag(event.since, 'clock', at)],
    ['Ends', event.until && timeTag(event.until, 'clock', at)],
    ['Holds for', event.lease && `${event.lease / 1000} s, unless it is sent again`],
  ];
  return html`<div class="becomes ${severity ?? 'indeterminate'}"><p><b>${KIND_WORDS[kind]}</b>
${severity && severityMark(severity, mark)}</p><dl class="facts">${facts.map(
    ([term, says]) => says !== undefined && says !== '' && html`<dt>${term}</dt><dd>${says}</dd>`,
  )}</dl></div>`;
}

function pairs(labels: Readonly<Record<string, string>>): Html | undefined {
  const all = Object.entries(labels);
  if (all.length === 0) return undefined;
  return html`${all.map(
    ([name, value]) => html`<span class="chip">${name}=${cut(value, 200)}</span> `,
  )}`;
}
