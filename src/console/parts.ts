import { type Html, html, trusted } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import { ageText, type Moment, type Phrase, utcText } from '../desk/views/words.ts';
import type { Standing } from '../domain/alarm/alarm.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import type { Reader } from './site.ts';

/** One shape for each severity, so that colour is never alone: drawn on 16 by 16. */
const SHAPES: Readonly<Record<Severity | 'over', string>> = {
  critical: 'M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zM4 6.7v2.6h8V6.7z',
  major: 'M8 1 15.5 14.5H.5z',
  minor: 'M8 .5 15.5 8 8 15.5.5 8z',
  warning: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z',
  indeterminate: 'M2 2h12v12H2zM4.5 4.5v7h7v-7z',
  over: 'M6.2 13.5.8 8.1l2-2 3.4 3.4 7-7 2 2z',
};

export const shape = (of: Severity | 'over'): Html =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd"
d="${trusted(SHAPES[of])}"/></svg>`;

/** Filled while somebody is asked for, bare once somebody has it, a tick when it is over. */
export function severityMark(severity: Severity, standing: Standing): Html {
  if (standing === 'cleared' || standing === 'unseen') {
    return html`<span class="sev over" title="was ${severity}">${shape('over')}${severity}</span>`;
  }
  const held = standing === 'waiting' ? '' : ' held';
  return html`<span class="sev ${severity}${held}">${shape(severity)}<span
class="word">${severity}</span></span>`;
}

/** A moment. The script shows it in the reader's zone and keeps an age true. */
export function timeTag(at: Instant, as: Moment['as'] | 'age', now: Instant): Html {
  const words = {
    age: () => ageText(now - at),
    ago: () => `${ageText(now - at)} ago`,
    left: () => `in ${ageText(at - now)}`,
    clock: () => utcText(at),
  };
  return html`<time datetime="${instantText(at)}" data-as="${as}"
title="${utcText(at)}">${words[as]()}</time>`;
}

export const phrase = (parts: Phrase, now: Instant): Html =>
  html`${parts.map((p) => (typeof p === 'string' ? p : timeTag(p.at, p.as, now)))}`;

/** What every form that changes something carries. */
export const formKeys = (reader: Reader): Html => html`
<input type="hidden" name="csrf" value="${reader.csrf}">
<input type="hidden" name="once" value="${reader.once}">
<input type="hidden" name="back" value="${reader.here}">`;

/** A command to copy. Without scripts it is selected by hand. */
export const copyable = (command: string): Html => html`
<div class="copy"><pre tabindex="0">${command}</pre><button type="button" data-copy
hidden>Copy</button></div>`;

export const link = (href: string, words: string): Html => html`<a href="${href}">${words}</a>`;

/** Only what a browser may follow: a sender's `javascript:` is shown as text. */
export const webLink = (href: string): Html =>
  /^https?:\/\//i.test(href)
    ? html`<a href="${href}" rel="noreferrer noopener">${href}</a>`
    : html`${href}`;
