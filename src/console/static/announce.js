/**
 * What a screen reader is told while things move: seldom, with a count, never each row. The longer
 * a storm lasts the more seldom: after 10, 20 and 40 s, then once a minute.
 */

const GAP_MS = 10_000;
const GAP_MS_MAX = 60_000;
/** Between two words about the connection, however often it comes and goes. */
const LINK_GAP_MS = 30_000;

let count = 0;
let first = '';
let saidAt = -Infinity;
let gap = GAP_MS;
let timer = 0;

let isLost = false;
let isLostSaid = false;
let linkSaidAt = -Infinity;
let linkTimer = 0;

/** @type {Record<string, string>} */
let waiting = {};

/** @param {string} text */
export function say(text) {
  const place = document.getElementById('announce');
  if (place) place.textContent = text;
}

/** `12 critical, 3 major`, worst first as the head has them. */
const waitingText = () =>
  Object.entries(waiting)
    .filter(([, n]) => n !== '0')
    .map(([key, n]) => `${n.replace(/\D/g, '')} ${key.slice('head.'.length)}`)
    .join(', ');

/** @param {boolean} isStorm they began to come before the pause was over */
function sayNews(isStorm) {
  timer = 0;
  saidAt = performance.now();
  gap = isStorm ? Math.min(gap * 2, GAP_MS_MAX) : GAP_MS;
  const now = waitingText();
  const all = now && ` Waiting now: ${now}.`;
  say(
    count === 1 ? `New: ${first}` : `${count} new alarms on this page. The first: ${first}.${all}`,
  );
  count = 0;
}

/** @param {string} markup */
function wordsOf(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const row = template.content.querySelector('tr');
  if (!row?.classList.contains('waiting')) return '';
  const text = (/** @type {string} */ cell) => row.querySelector(cell)?.textContent?.trim() ?? '';
  const what = row.querySelector('.c-text')?.getAttribute('title') ?? ''; // `link.down: no light`
  return `${text('.c-sev')}, ${text('.c-res')}, ${what}`;
}

/** @param {string[]} fresh alarms that came @param {Record<string, string>} rows */
export function announceNews(fresh, rows) {
  for (const id of fresh) {
    const words = count > 0 ? 'one more' : wordsOf(rows[id] ?? '');
    if (words === '') continue;
    if (count++ === 0) first = words;
  }
  if (count === 0 || timer !== 0) return;
  const pause = saidAt + gap - performance.now();
  timer = setTimeout(sayNews, Math.max(250, pause), pause > 0);
}

/** How many wait, by severity, for the sum that is said. @param {Record<string, string>} figures */
export function announceFrom(figures) {
  waiting = figures;
}

function sayLink() {
  linkTimer = 0;
  if (isLost === isLostSaid) return;
  isLostSaid = isLost;
  linkSaidAt = performance.now();
  say(isLost ? 'The connection is lost: what you hear may be old.' : 'The connection is back.');
}

/** @param {boolean} is */
export function announceLost(is) {
  isLost = is;
  if (isLost === isLostSaid || linkTimer !== 0) return;
  const pause = linkSaidAt + LINK_GAP_MS - performance.now();
  if (pause > 0) linkTimer = setTimeout(sayLink, pause);
  else sayLink();
}
