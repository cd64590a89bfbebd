/** The stream, and an honest word about it: live, or lost since when. */
import { showAges } from './ages.js';
import { announceFrom, announceLost, announceNews } from './announce.js';
import { dropTrouble, knock, tellTrouble } from './asking.js';
import { showFigures, takeTick } from './list.js';
import { hear, tellMissed, tellNews, tellUntold, watchTexts } from './tells.js';
import { clockText, deskNow, setClock, showTimes } from './times.js';

/** The desk beats every 10 s; two missed and a bit are a loss. */
const SILENCE_MS = 25_000;
/** A form that was sent loads a page by itself: a reload would break that off. */
const SENDING_MS = 5_000;
let sentAt = -Infinity;
const AGAIN_MS_MAX = 15_000;

/** @type {EventSource | undefined} */
let source;
let heardAt = Date.now();
let lostSince = 0;
let last = '';
let again = 500;

/** @param {'live' | 'lost' | 'still'} is @param {string} says */
function say(is, says) {
  const tag = document.getElementById('link-state');
  if (!tag || (tag.dataset.is === is && tag.textContent === says)) return;
  tag.dataset.is = is;
  tag.textContent = says;
  tag.title =
    is === 'live'
      ? 'What you see is what the desk knows'
      : 'The desk cannot be heard: what you see may be old. It is tried again by itself.';
}

function lost() {
  lostSince ||= heardAt;
  announceLost(true);
  say('lost', `connection lost since ${clockText(lostSince)}`);
}

/** @param {MessageEvent<string>} event */
function heard(event) {
  heardAt = deskNow();
  if (isToldSignedOut) dropTrouble();
  isToldSignedOut = false;
  lostSince = 0;
  again = 500;
  if (event.lastEventId) last = event.lastEventId;
  announceLost(false);
  say('live', 'live');
  return JSON.parse(event.data);
}

/**
 * @typedef {object} Head
 * @property {string} worst
 * @property {string} title
 * @property {string} trouble
 * @property {Record<string, string>} figures
 */

/** @param {Head} head */
function showHead(head) {
  const base = document.body.dataset.title ?? '';
  // What was wrong goes first.
  document.title = base.startsWith('Error: ') ? base : head.title + base;
  const icon = document.getElementById('icon');
  if (icon instanceof HTMLLinkElement) {
    const href = `${icon.dataset.base}${head.worst}.svg`;
    if (icon.getAttribute('href') !== href) icon.setAttribute('href', href);
  }
  const trouble = document.getElementById('trouble');
  if (trouble) {
    trouble.hidden = head.trouble === '';
    const says = document.getElementById('trouble-says');
    // An alert is read out again whenever it is written, though it says the same.
    if (says && says.textContent !== head.trouble) says.textContent = head.trouble;
  }
  for (const [key, n] of Object.entries(head.figures)) {
    const sum = document.querySelector(`[data-sum="${key.slice('head.'.length)}"]`);
    sum?.classList.toggle('none', n === '0');
    sum?.querySelector('.sev')?.classList.toggle('held', n === '0');
  }
  showFigures(head.figures);
  const first = Object.values(head.figures).some((n) => n !== '0');
  if (!first || document.getElementById('rows')) return; // among rows there is nothing to find
  if (performance.now() - sentAt < SENDING_MS) return;
  if (document.querySelector('[data-reload="first"]')) location.reload();
}

/** @param {Element} place @param {DocumentFragment} fresh */
function showFacets(place, fresh) {
  for (const was of place.querySelectorAll('[data-facet]')) {
    const { facet = '' } = /** @type {HTMLElement} */ (was).dataset;
    const is = fresh.querySelector(`[data-facet="${CSS.escape(facet)}"]`);
    was.textContent = is?.textContent ?? '0';
  }
}

/** @param {Record<string, string>} parts */
function showParts(parts) {
  for (const [name, markup] of Object.entries(parts)) {
    const place = document.querySelector(`[data-part="${name}"]`);
    if (!place) continue;
    const template = document.createElement('template');
    template.innerHTML = markup;
    showTimes(template.content);
    if (place.innerHTML === template.innerHTML) continue;
    if (name === 'facets' && place.matches(':hover, :focus-within')) {
      showFacets(place, template.content); // under the hand only the figures change
      continue;
    }
    const key = place.contains(document.activeElement)
      ? document.activeElement?.getAttribute('value')
      : undefined;
    place.replaceChildren(template.content);
    if (key)
      /** @type {HTMLElement | null} */ (
        place.querySelector(`[value="${CSS.escape(key)}"]`)
      )?.focus();
  }
}

function open() {
  const path = document.body.dataset.live;
  if (!path) return;
  const url = new URL(`${document.body.dataset.prefix ?? ''}${path}`, location.href);
  if (last) url.searchParams.set('mark', last);
  for (const text of watchTexts()) url.searchParams.append('watch', text);
  const opened = new EventSource(url);
  source = opened;
  for (const name of ['tick', 'full', 'more']) {
    opened.addEventListener(name, (event) => {
      const tick = heard(event);
      const fresh = takeTick(tick);
      if (!fresh) return askAll();
      announceNews(fresh, tick.rows);
      if (tick.parts) showParts(tick.parts);
    });
  }
  opened.addEventListener('news', (event) => tellNews(heard(event)));
  opened.addEventListener('untold', (event) => tellUntold(heard(event).watches));
  let isFirst = true;
  opened.addEventListener('head', (event) => {
    const head = heard(event);
    if (isFirst) tellMissed(head.figures);
    isFirst = false;
    hear(head.figures);
    announceFrom(head.figures);
    showHead(head);
  });
  opened.addEventListener('alarm', (event) => showParts(heard(event).parts));
  opened.addEventListener('beat', (event) => {
    setClock(heard(event).at);
    showAges();
  });
  opened.onerror = () => {
    lost();
    if (opened.readyState !== EventSource.CLOSED) return;
    openLater();
    if (!isToldSignedOut) void tellIfSignedOut();
  };
}

/** Once for each time: it is tried again by itself, and what is being typed is left alone. */
let isToldSignedOut = false;

/** A stream that the desk refuses ends at once: mostly because the session is over. */
async function tellIfSignedOut() {
  const trouble = await knock();
  if (!trouble?.isSignedOut || isToldSignedOut) return;
  isToldSignedOut = true;
  tellTrouble('showing what changes', trouble, reopen);
}

function openLater() {
  source?.close();
  setTimeout(open, again * (0.5 + Math.random()));
  again = Math.min(again * 2, AGAIN_MS_MAX);
}

/** Asks anew, for instance for other views to be told of. */
export function reopen() {
  if (!source) return;
  source.close();
  open();
}

/** A mark that no desk gave is answered with the whole page. */
function askAll() {
  last = 'unknown';
  reopen();
}

export function listen() {
  addEventListener(
    'submit',
    () => {
      sentAt = performance.now();
    },
    true,
  );
  if (!document.body.dataset.live) return;
  heardAt = deskNow();
  open();
  setInterval(() => {
    if (deskNow() - heardAt < SILENCE_MS) return;
    lost();
    heardAt = deskNow() - SILENCE_MS / 2; // one more try after as long again
    openLater();
  }, 2_000);
  addEventListener('pagehide', () => source?.close());
  addEventListener('pageshow', (event) => {
    if (event.persisted) open();
  });
}
