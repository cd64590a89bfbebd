/** Times in the reader's zone, and ages that stay true by the server's clock. */

let skew = 0;

/** @param {number} serverNow what the desk's clock says at this moment */
export function setClock(serverNow) {
  const off = serverNow - Date.now();
  if (Math.abs(off - skew) > 1_500) skew = off;
}

export const deskNow = () => Date.now() + skew;

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * As the server writes it (words.ts): the two largest units.
 * @param {number} ms
 */
export function ageText(ms) {
  const age = Math.max(0, ms);
  if (age < MINUTE) return `${Math.floor(age / 1000)} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) {
    const rest = Math.floor((age % HOUR) / MINUTE);
    return `${Math.floor(age / HOUR)} h ${String(rest).padStart(2, '0')}`;
  }
  const whole = Math.floor(age / DAY);
  return whole < 10 ? `${whole} d ${Math.floor((age % DAY) / HOUR)} h` : `${whole} d`;
}

/** @param {number} at */
export const clockText = (at) =>
  Math.abs(deskNow() - at) < 18 * HOUR ? clock.format(at) : day.format(at);

/** @param {number} at @param {string | undefined} as */
function words(at, as) {
  if (as === 'age') return ageText(deskNow() - at);
  if (as === 'ago') return `${ageText(deskNow() - at)} ago`;
  if (as === 'left') return at > deskNow() ? `in ${ageText(at - deskNow())}` : 'now';
  if (as === 'date') return date.format(at);
  return clockText(at);
}

/**
 * What a place on a strip stands for: `major, Sat … 02:10:07 – Sat … 03:00:12 (50 min)`.
 * @param {Element} span
 */
export function spanText(span) {
  const [says, from = '', to = ''] = ['says', 'from', 'to'].map(
    (name) => span.getAttribute(`data-${name}`) ?? '',
  );
  const [begin, end] = [Date.parse(from), to === '' ? deskNow() : Date.parse(to)];
  const until = to === '' ? 'now' : full.format(end);
  return begin === 0
    ? `${says}, until ${until}`
    : `${says}, ${full.format(begin)} – ${until} (${ageText(end - begin)})`;
}

/**
 * Writes every time below `root` anew. Only texts that differ are touched.
 * @param {ParentNode} [root] @param {Element} [except] what is below it is left as it is
 */
export function showTimes(root = document, except) {
  for (const tag of root.querySelectorAll('time[datetime]')) {
    if (!(tag instanceof HTMLTimeElement) || except?.contains(tag)) continue;
    const at = Date.parse(tag.dateTime);
    const text = words(at, tag.dataset.as);
    if (tag.textContent !== text) tag.textContent = text;
    if (tag.dataset.shown === tag.dateTime) continue;
    tag.dataset.shown = tag.dateTime;
    tag.title = full.format(at);
  }
  for (const title of root.querySelectorAll('.strip title')) {
    const text = title.parentElement ? spanText(title.parentElement) : '';
    if (title.textContent !== text) title.textContent = text;
  }
  remind(root, except);
}

/** As marks.ts has them: just come, nobody took it for so long, stands for so long. */
const NEW_MS = 120_000;
const REMIND_MS = 600_000;
const STALE_MS = DAY;

/**
 * What only time brings, on rows that nothing else changes: what is new no longer, what waits for
 * a hand, what has stood for a day.
 * @param {ParentNode} root @param {Element} [except]
 */
function remind(root, except) {
  const one = root instanceof HTMLTableRowElement ? [root] : [];
  for (const row of [...one, ...root.querySelectorAll('tr[data-since]')]) {
    if (!(row instanceof HTMLTableRowElement) || except?.contains(row)) continue;
    const age = deskNow() - Number(row.dataset.since);
    if (age >= NEW_MS) row.querySelector('.tag.new')?.remove();
    const late = age >= REMIND_MS && row.classList.contains('waiting');
    if (late !== row.classList.contains('overdue')) row.classList.toggle('overdue', late);
    if (age >= STALE_MS && !row.querySelector('.tag.stale, .tag.unverified')) markStale(row);
  }
}

/** @param {HTMLTableRowElement} row */
function markStale(row) {
  const tag = document.createElement('span');
  tag.className = 'tag stale';
  tag.title = 'it has stood for more than a day';
  tag.textContent = 'stale';
  row.querySelector('.c-text .lines')?.prepend(tag, ' ');
}
