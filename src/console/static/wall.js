/** The wall: asks for what moves, turns its views, and says since when it hears nothing. */
import { clockText, deskNow, setClock, showTimes } from './times.js';

const ASK_MS = 2_000;
const ANSWER_MS_MAX = 8_000;

const { part = '', every = '30', version = '', views = '[""]' } = document.body.dataset;
/** @type {readonly string[]} */
const texts = JSON.parse(views);
const token = new URLSearchParams(location.search).get('token') ?? '';
let at = 0;
let turnedAt = Date.now();
let heardAt = Date.now();

/** @param {string} says @param {boolean} lost */
function say(says, lost) {
  const place = document.getElementById('wall-link');
  if (!place) return;
  if (place.textContent !== says) place.textContent = says;
  document.body.classList.toggle('lost', lost);
}

/** @param {string} markup */
function show(markup) {
  const main = document.getElementById('main');
  if (!main) return;
  const template = document.createElement('template');
  template.innerHTML = markup;
  showTimes(template.content);
  main.replaceChildren(template.content);
}

async function ask() {
  const query = new URLSearchParams({ token, view: texts[at] ?? '' });
  try {
    const response = await fetch(`${part}?${query}`, {
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (response.status === 404) {
      say('This address no longer holds: make a new one under People and tokens.', true);
      return;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = await response.json();
    if (answer.version !== version) return location.reload();
    setClock(answer.at);
    heardAt = deskNow();
    show(answer.html);
    say('live', false);
  } catch {
    say(`connection lost since ${clockText(heardAt)}`, true);
  }
}

async function run() {
  if (Date.now() - turnedAt >= Number(every) * 1_000) {
    at = (at + 1) % texts.length;
    turnedAt = Date.now();
  }
  await ask();
  setTimeout(run, ASK_MS);
}

const clock = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function tick() {
  const place = document.getElementById('wall-clock');
  if (place) place.textContent = clock.format(deskNow());
}

document.documentElement.classList.add('js');
showTimes();
tick();
setInterval(tick, 1_000);
void run();
