import { type Html, html } from '../base/html.ts';
import { formKeys } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** What somebody learns a desk by, in this order. */
export type TourStep = 'send' | 'acknowledge' | 'shelve' | 'silence' | 'on call';

export const TOUR_STEPS: readonly TourStep[] = [
  'send',
  'acknowledge',
  'shelve',
  'silence',
  'on call',
];

export interface TourView {
  /** What this desk has seen done, by whomever. */
  readonly seen: ReadonlySet<TourStep>;
  /** Examples can be put in: nobody would be told of them. */
  readonly offers: boolean;
  /** Examples that are on the desk. */
  readonly examples: number;
}

/** The tour by doing: each step says what to press, and ticks itself once the desk saw it done. */
export function tourBox(site: Site, reader: Reader, { seen, offers, examples }: TourView): Html {
  const done = TOUR_STEPS.filter((step) => seen.has(step)).length;
  const form = (path: string, words: string, does = ''): Html =>
    html`<form method="post" action="${site.prefix}${path}">${formKeys(reader)}<input
type="hidden" name="does" value="${does}"><button>${words}</button></form>`;
  return html`<section class="card tour" id="tour" aria-labelledby="tour-title"><div
class="card-head"><h2 id="tour-title">Five things to do first</h2><span
class="quiet">${done} of ${TOUR_STEPS.length} done</span><span class="room"></span>${form(
    '/tour/away',
    'Put this away',
  )}</div>
<ol>${TOUR_STEPS.map(
    (step) =>
      html`<li${seen.has(step) && html` class="done"`}><b>${TITLES[step]}</b>${
        seen.has(step)
          ? html` <span class="good">done</span>`
          : html` <span>${how(site)[step]}</span>`
      }</li>`,
  )}</ol>
${
  offers &&
  mayAct(reader) &&
  html`<div class="verbs">${form(
    '/examples',
    'Put in five examples',
    'put',
  )} <span class="quiet">No receiver is configured: nobody is told of them.</span></div>`
}
${
  examples > 0 &&
  mayAct(reader) &&
  html`<div class="verbs">${form('/examples', 'Remove the examples', 'remove')}</div>`
}</section>`;
}

const TITLES: Readonly<Record<TourStep, string>> = {
  send: 'Send the first alarm.',
  acknowledge: 'Acknowledge it.',
  shelve: 'Shelve one.',
  silence: 'Make a silence.',
  'on call': 'Say who is on call.',
};

const how = ({ prefix }: Site): Readonly<Record<TourStep, Html>> => ({
  send: html`Copy a command from this page, or put in examples.`,
  acknowledge: html`Its button, or the keys <kbd>j</kbd> and <kbd>a</kbd>. Undo with <kbd>u</kbd>.`,
  shelve: html`Tick a row, say why, press <i>Shelve</i>: it is hidden, and comes back by itself.`,
  silence: html`Tick rows, then <i>More → Silence …</i>, or the key <kbd>z</kbd>: shown on the
screen, and nobody is told.`,
  'on call': html`Write a schedule into the
<a href="${prefix}/configuration/edit">configuration</a>; it stands
under <a href="${prefix}/oncall">On call</a>.`,
});
