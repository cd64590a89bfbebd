/** What a screen reader is told while things move: seldom, with a count, never each row. */

/** Between two announcements. */
const GAP_MS = 10_000;

let count = 0;
let worst = '';
let saidAt = -Infinity;
let timer = 0;
let lost = false;

/** @param {string} text */
function say(text) {
  const place = document.getElementById('announce');
  if (place) place.textContent = text;
  saidAt = performance.now();
}

function sayNews() {
  timer = 0;
  if (count === 0) return;
  say(count === 1 ? `New: ${worst}` : `${count} new alarms wait. The first: ${worst}`);
  count = 0;
}

/** @param {string} markup */
function wordsOf(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const row = template.content.querySelector('tr');
  if (!row?.classList.contains('waiting')) return '';
  const text = (/** @type {string} */ cell) => row.querySelector(cell)?.textContent?.trim() ?? '';
  return `${text('.c-sev')}, ${text('.c-res')}, ${text('.c-text')}`;
}

/** @param {string[]} fresh alarms that came @param {Record<string, string>} rows */
export function announceNews(fresh, rows) {
  for (const id of fresh) {
    const words = count > 0 ? 'one more' : wordsOf(rows[id] ?? '');
    if (words === '') continue;
    if (count++ === 0) worst = words;
  }
  if (count === 0 || timer !== 0) return;
  timer = setTimeout(sayNews, Math.max(250, saidAt + GAP_MS - performance.now()));
}

/** @param {boolean} is */
export function announceLost(is) {
  if (is === lost) return;
  lost = is;
  say(is ? 'The connection is lost: what you hear may be old.' : 'The connection is back.');
}
