/**
 * A sound and a notice on the desktop, for views chosen on this browser. Kept here and nowhere
 * else; told by one tab, at most once in ten seconds, with how many.
 */

/** Between two tellings: a storm is told as a number. */
const GAP_MS = 10_000;
/** As the server has it (live-news.ts). */
const WATCHES_MAX = 5;
const KEPT_AS = 'tocsin.tells';
const SEVERITIES = ['critical', 'major', 'minor', 'warning', 'indeterminate'];

/**
 * @typedef {object} Watch
 * @property {string} view the query of the list, without `?`
 * @property {string} from the lowest severity
 * @property {boolean} sound
 * @property {boolean} notice
 */
/**
 * @typedef {object} News
 * @property {string} watch
 * @property {number} count
 * @property {boolean} more
 * @property {string} worst
 * @property {string} says
 */
/** What waits to be told. @typedef {Omit<News, 'watch'> & Omit<Watch, 'from'>} Waits */

/** @returns {Watch[]} */
function watches() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]');
    return Array.isArray(kept) ? kept.slice(0, WATCHES_MAX) : [];
  } catch {
    return []; // storage is off, or holds something else
  }
}

/** @param {Watch[]} all */
function keep(all) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}

/** @param {Watch} watch */
const textOf = ({ from, view }) => `${from}?${view}`;

/** What the stream is asked to tell. */
export const watchTexts = () => watches().map(textOf);

/** @type {AudioContext | undefined} */
let audio;

/** Two falling tones for critical, one for the rest: under a second, and never twice at once. */
function sound(/** @type {string} */ worst) {
  if (audio?.state !== 'running') return;
  const tones = worst === 'critical' ? [880, 660, 880, 660] : [660];
  tones.forEach((pitch, n) => {
    if (!audio) return;
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    const at = audio.currentTime + n * 0.18;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.2, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.17);
  });
}

/** Browsers stay silent until somebody touched the page: then it says so, instead of nothing. */
function openSound() {
  const button = document.getElementById('sound-waits');
  if (!watches().some((w) => w.sound)) {
    if (button) button.hidden = true;
    return;
  }
  audio ??= new AudioContext();
  const show = () => {
    if (button) button.hidden = audio?.state === 'running';
  };
  audio.onstatechange = show;
  show();
}

/** Of several tabs one tells: the one that holds the lock. Over plain HTTP there is none. */
let mayTell = !('locks' in navigator);
let asked = false;

function claim() {
  if (asked || mayTell) return;
  asked = true;
  void navigator.locks.request('tocsin.tells', () => {
    mayTell = true;
    return new Promise(() => {}); // held until the tab goes
  });
}

/** @type {Waits | undefined} */
let waits;
let toldAt = -Infinity;
let timer = 0;

/** @param {News} news */
export function tellNews({ watch, count, more, worst, says }) {
  const found = watches().find((w) => textOf(w) === watch);
  if (!found) return;
  const was = waits ?? {
    count: 0,
    more: false,
    worst: '',
    says: '',
    sound: false,
    notice: false,
    view: '',
  };
  const worse =
    was.worst === '' || (worst !== '' && SEVERITIES.indexOf(worst) < SEVERITIES.indexOf(was.worst));
  waits = {
    count: Math.max(was.count, 0) + count,
    more: was.more || more,
    worst: worse ? worst : was.worst,
    says: worse ? says : was.says,
    sound: was.sound || found.sound,
    notice: was.notice || found.notice,
    view: worse ? found.view : was.view,
  };
  if (timer !== 0) return;
  timer = setTimeout(tell, Math.max(0, toldAt + GAP_MS - performance.now()));
}

function tell() {
  timer = 0;
  const told = waits;
  waits = undefined;
  if (!told) return;
  toldAt = performance.now();
  document.documentElement.dataset.told = `${told.count}${told.more ? '+' : ''} ${told.worst}`;
  if (!mayTell) return;
  if (told.sound) sound(told.worst);
  if (told.notice) notice(told.count, told.more, told.worst, told.says, told.view);
}

/**
 * @param {number} count @param {boolean} more @param {string} worst @param {string} says
 * @param {string} view
 */
function notice(count, more, worst, says, view) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const title =
    count === 1 && !more
      ? `${worst}: waits for somebody`
      : `${more ? 'more than ' : ''}${count} alarms wait, the worst ${worst || 'unknown'}`;
  const shown = new Notification(title, { body: says, tag: 'tocsin', silent: true });
  shown.onclick = () => {
    window.focus();
    location.href = `${document.body.dataset.prefix ?? ''}/${view ? `?${view}` : ''}`;
  };
}

const LEFT_AS = 'tocsin.left';
/** A page that was left longer ago says nothing about what came meanwhile. */
const LEFT_MS_MAX = 60_000;

/** How many waited by severity when this browser last heard. @type {Record<string, number>} */
let heard = {};

/** @param {Record<string, string>} figures as the head has them: `head.major` */
const numbers = (figures) =>
  Object.fromEntries(
    SEVERITIES.map((s) => [s, Number((figures[`head.${s}`] ?? '0').replace(/\D/g, ''))]),
  );

/**
 * What came to wait while nobody listened (a lost connection, the way from one page to the next)
 * is told too, as a number: what exactly it was, nobody heard.
 * @param {Record<string, string>} figures
 */
export function tellMissed(figures) {
  const is = numbers(figures);
  for (const watch of watches()) {
    const upTo = SEVERITIES.indexOf(watch.from) + 1;
    const more = SEVERITIES.slice(0, upTo).filter((s) => (is[s] ?? 0) > (heard[s] ?? Infinity));
    const count = more.reduce((sum, s) => sum + (is[s] ?? 0) - (heard[s] ?? 0), 0);
    if (count === 0) continue;
    const says = 'They came while this page did not hear the desk.';
    const [worst = ''] = more;
    tellNews({ watch: textOf(watch), count, more: false, worst, says });
  }
}

/** @param {Record<string, string>} figures */
export function hear(figures) {
  heard = numbers(figures);
}

function leave() {
  try {
    sessionStorage.setItem(LEFT_AS, JSON.stringify({ at: Date.now(), heard }));
  } catch {} // storage is off: the next page begins anew
}

function comeBack() {
  try {
    const left = JSON.parse(sessionStorage.getItem(LEFT_AS) ?? '{}');
    if (Date.now() - left.at < LEFT_MS_MAX) heard = left.heard;
  } catch {} // as if it had never been left
}

/** Views the desk will not tell of: said in the dialog. @type {readonly string[]} */
let untold = [];
/** @param {readonly string[]} texts */
export const tellUntold = (texts) => {
  untold = texts;
};

/** The view on the screen; undefined where there is no list. */
function viewHere() {
  if (!document.getElementById('rows')) return undefined;
  const query = new URLSearchParams(location.search);
  for (const name of ['after', 'told', 'columns', 'rows', 'size', 'sort']) query.delete(name);
  return query.toString();
}

/** @param {string} view */
function viewWords(view) {
  const query = new URLSearchParams(view);
  const parts = [query.get('q'), query.get('severity')].filter(Boolean);
  return parts.length === 0 ? 'All alarms' : parts.join(' · ');
}

/** @param {string} text @param {HTMLElement} field */
function labelled(text, field) {
  const label = document.createElement('label');
  label.append(field, ` ${text}`);
  return label;
}

/** @param {string} words @param {() => void} press */
function button(words, press) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.addEventListener('click', press);
  return made;
}

/** @param {Watch} watch @param {(change: Partial<Watch> | undefined) => void} change */
function watchLine(watch, change) {
  const [item, name, from] = [
    document.createElement('li'),
    document.createElement('b'),
    document.createElement('select'),
  ];
  name.textContent = viewWords(watch.view);
  from.setAttribute('aria-label', `From which severity, for ${name.textContent}`);
  for (const s of SEVERITIES) {
    const text = s === 'critical' ? 'critical' : s === 'indeterminate' ? 'all' : `${s} and worse`;
    from.append(new Option(text, s, false, s === watch.from));
  }
  from.addEventListener('change', () => change({ from: from.value }));
  const box = (/** @type {'sound' | 'notice'} */ key) => {
    const field = document.createElement('input');
    field.type = 'checkbox';
    field.checked = watch[key];
    field.addEventListener('change', () => change({ [key]: field.checked }));
    return field;
  };
  item.append(name, from, labelled('sound', box('sound')), labelled('notice', box('notice')));
  item.append(button('Remove', () => change(undefined)));
  if (untold.includes(textOf(watch))) {
    const says = document.createElement('span');
    says.className = 'bad';
    says.textContent = 'The desk cannot tell of this view.';
    item.append(says);
  }
  return item;
}

/** What keeps notices from being shown; '' when nothing does. */
async function noticeTrouble() {
  if (!watches().some((w) => w.notice)) return '';
  if (!('Notification' in window) || !window.isSecureContext)
    return 'Notices need a desk that is reached by https.';
  const may = await Notification.requestPermission();
  return may === 'granted' ? '' : 'This browser refuses notices: allow them in its settings.';
}

/** @param {() => void} reopen */
function openDialog(reopen) {
  const [dialog, title, how, list, says, verbs] = [
    document.createElement('dialog'),
    document.createElement('h2'),
    document.createElement('p'),
    document.createElement('ul'),
    document.createElement('p'),
    document.createElement('div'),
  ];
  dialog.className = 'tells';
  title.id = 'tells-title';
  dialog.setAttribute('aria-labelledby', title.id);
  title.textContent = 'Sound and notices';
  how.className = 'quiet';
  how.textContent =
    'On this browser, while a page of the desk is open: what newly waits on these views, ' +
    'at most once in 10 seconds, with how many.';
  list.className = 'plain-list';
  says.setAttribute('role', 'status');
  verbs.className = 'verbs';
  const draw = () => {
    list.replaceChildren(
      ...watches().map((watch, n) =>
        watchLine(watch, (change) => {
          const all = watches();
          if (change) all[n] = { ...watch, ...change };
          else all.splice(n, 1);
          set(all);
        }),
      ),
    );
  };
  const set = async (/** @type {Watch[]} */ all) => {
    const kept = keep(all);
    draw();
    claim();
    openSound();
    void audio?.resume();
    reopen();
    says.textContent = kept ? await noticeTrouble() : 'This browser keeps nothing: not saved.';
  };
  const view = viewHere() ?? '';
  verbs.append(
    button(viewHere() === undefined ? 'Tell me of all alarms' : 'Tell me of this view', () => {
      const all = watches();
      if (all.some((w) => w.view === view)) says.textContent = 'This view is there already.';
      else if (all.length >= WATCHES_MAX) says.textContent = `${WATCHES_MAX} views are the most.`;
      else void set([...all, { view, from: 'major', sound: true, notice: false }]);
    }),
    button('Try it', () => {
      openSound();
      void audio?.resume().then(() => sound('critical'));
      if (watches().some((w) => w.notice)) notice(1, false, 'critical', 'This is a trial.', '');
      says.textContent = 'That is how it sounds for a critical alarm.';
    }),
    button('Done', () => dialog.close()),
  );
  dialog.append(title, how, list, verbs, says);
  dialog.addEventListener('close', () => dialog.remove());
  draw();
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {() => void} reopen asks the stream anew, for other views */
export function listenToTells(reopen) {
  for (const opener of document.querySelectorAll('[data-tells]')) {
    if (!(opener instanceof HTMLElement)) continue;
    opener.hidden = false;
    opener.addEventListener('click', () => openDialog(reopen));
  }
  comeBack();
  addEventListener('pagehide', leave);
  openSound();
  document.addEventListener('pointerdown', () => void audio?.resume(), { passive: true });
  document.addEventListener('keydown', () => void audio?.resume(), { passive: true });
  if (watches().length > 0) claim();
}
