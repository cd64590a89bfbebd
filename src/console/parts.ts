import { type Html, html, trusted } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import type { MarkKind } from '../desk/views/marks.ts';
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

/** The same inside a drawing, with its middle at a point of it. */
export const shapeAt = (of: Severity, [x, y]: readonly [number, number]): Html =>
  html`<path fill-rule="evenodd" transform="translate(${x - 8} ${y - 8})"
d="${trusted(SHAPES[of])}"/>`;

/** One shape for each standing and each mark, so that a word is known before it is read. */
type Glyph = Standing | Exclude<MarkKind, 'other'> | 'new' | 'silenced' | 'inhibited';

const GLYPHS: Readonly<Record<Glyph, string>> = {
  waiting: 'M6.7 1.5h2.6v8.2H6.7zM6.7 11.7h2.6v2.6H6.7z',
  acknowledged: 'M8 8a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 8 8zM2 14.5c0-3.2 2.7-5.2 6-5.2s6 2 6 5.2z',
  unseen:
    'M.8 8S3.5 3 8 3s7.2 5 7.2 5-2.7 5-7.2 5S.8 8 .8 8z' +
    'M8 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z',
  closed: 'M3.6 2 8 6.4 12.4 2 14 3.6 9.6 8l4.4 4.4-1.6 1.6L8 9.6 3.6 14 2 12.4 6.4 8 2 3.6z',
  shelved: 'M3.5 2h3.2v12H3.5zM9.3 2h3.2v12H9.3z',
  cleared: SHAPES.over,
  new: 'M8 0l2 6 6 2-6 2-2 6-2-6-6-2 6-2z',
  flapping: 'M1 9.6 4 3l4 7 4-7 3 6.6-2 .9-1.2-2.7L8 14 4.2 7.8 3 10.5z',
  silenced:
    'M8 1a4.6 4.6 0 0 0-4.6 4.6v4L2 12h9.2L5.6 4.4 4 2.3 2.7 3.4l9.9 11.9 1.3-1.1-1.5-1.9h1.6' +
    'l-1.4-2.4v-4A4.6 4.6 0 0 0 8 1zM6.2 13h3.6a1.8 1.8 0 0 1-3.6 0z',
  inhibited: 'M2 1.5h12v2.4H2zM6.8 14.5h2.4V9.4l2.2 2.2 1.6-1.6L8 5 3 10l1.6 1.6 2.2-2.2z',
  stale: 'M3 1h10v2.2L9.4 8l3.6 4.8V15H3v-2.2L6.6 8 3 3.2z',
  unverified:
    'M4.6 5.2a3.4 3.4 0 1 1 4.7 3.1v1.9H6.9V6.7h1a1.2 1.2 0 1 0-1-1.5zM6.9 12h2.4v2.4H6.9z',
};

export const glyph = (of: keyof typeof GLYPHS): Html =>
  html`<svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd"
d="${trusted(GLYPHS[of])}"/></svg>`;

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
export function timeTag(at: Instant, as: Moment['as'] | 'age' | 'date', now: Instant): Html {
  const words = {
    age: () => ageText(now - at),
    ago: () => `${ageText(now - at)} ago`,
    left: () => `in ${ageText(at - now)}`,
    clock: () => utcText(at),
    date: () => utcText(at).slice(0, 10),
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

/** A chip longer than this may take two lines. */
const CHIP_LINE_CHARS = 48;

/** A matcher, a name: what is written as it stands in a file. */
export const chip = (text: string): Html =>
  html`<code class="chip${text.length <= CHIP_LINE_CHARS && ' nowrap'}">${text}</code>`;

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
