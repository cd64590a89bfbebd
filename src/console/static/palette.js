/**
 * Everything by its name: acts on what is chosen, pages, and what the desk finds by words. A
 * combobox with a list in a dialog (ARIA 1.2): the field keeps the focus, the arrows choose.
 */
import { act, arm, canUndo, pressUndo, targetOf } from './acts.js';
import { ask as askDesk, inOneLine } from './asking.js';
import { commandsFor } from './commands.js';
import { hereNow } from './cursor.js';
import { byId, picks } from './picks.js';

/** As the server has it (find.ts). */
const WORDS_CHARS_MAX = 256;
const SHOWN_MAX = 40;
const PAUSE_MS = 120;

/**
 * @typedef {object} Item
 * @property {string} kind
 * @property {string} text
 * @property {string} [says]
 * @property {string} [known] what is typed for it: never the name of what it would be done to
 * @property {(() => void) | undefined} run undefined: it says why not
 * @property {boolean} [stays] the palette stays open
 */

/** Whom an act would touch, in words and as its target; undefined where nothing is chosen. */
function whom() {
  if (!byId('acts')) return undefined;
  if (!byId('rows')) return { words: 'this alarm', one: '' };
  if (picks.size > 0)
    return { words: picks.size === 1 ? '1 alarm' : `${picks.size} alarms`, one: '' };
  const row = hereNow();
  const one = row ? targetOf(row) : '';
  return one ? { words: row?.querySelector('.c-res')?.textContent ?? '', one } : undefined;
}

/** @param {string} selector @returns {HTMLElement[]} */
const buttons = (selector) =>
  [...document.querySelectorAll(selector)].filter((b) => b instanceof HTMLElement);

/** Verbs that want words: the field asks for them. */
const FIELDS = new Set(['shelve', 'comment', 'close']);
/** Verbs that want something else: it is typed here. */
const TYPED = new Set(['assign', 'ticket']);

/** @param {(text: string) => void} type @returns {Item[]} */
function acts(type) {
  const on = whom();
  const undo = canUndo() ? [{ kind: 'act', text: 'Undo what was just done', run: pressUndo }] : [];
  if (!on) return undo;
  const verbs = buttons('#acts button[name="verb"]').map((button) => {
    const verb = button instanceof HTMLButtonElement ? button.value : '';
    const typed = TYPED.has(verb);
    return {
      kind: 'act',
      text: `${button.textContent} ${on.words}`,
      known: button.textContent ?? '',
      stays: typed,
      run: () => {
        if (typed) type(`${verb} `);
        else if (FIELDS.has(verb)) arm(verb, on.one);
        else act(verb, on.one);
      },
    };
  });
  const leads = picks.size === 0 ? [] : buttons('#acts [data-leaves]');
  return [
    ...undo,
    ...verbs,
    ...leads.map((b) => ({ kind: 'act', text: b.textContent ?? '', run: () => b.click() })),
  ];
}

/** @returns {Item[]} */
const places = () => [
  ...buttons('.head nav a').map((link) => ({
    kind: 'page',
    text: link.textContent ?? '',
    says: link.dataset.go ? `g ${link.dataset.go}` : '',
    run: () => link.click(),
  })),
  ...buttons('a[data-saved-view]').map((link) => ({
    kind: 'view',
    text: link.textContent?.trim() ?? '',
    run: () => link.click(),
  })),
  ...buttons('.me button[name="theme"]').map((button) => ({
    kind: 'colours',
    text: `Colours: ${button.textContent}`,
    run: () => button.click(),
  })),
];

/** Every word begins a word of the text. @param {Item} item @param {readonly string[]} words */
function fits({ kind, text, known = text }, words) {
  const all = `${kind} ${known}`.toLowerCase().split(/[\s:]+/);
  return words.every((word) => all.some((one) => one.startsWith(word)));
}

/** @param {string} text @param {readonly Item[]} found @param {(text: string) => void} type */
function itemsFor(text, found, type) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const on = whom();
  const commands = commandsFor(text, on?.words).map(({ verb, given, ...item }) => ({
    ...item,
    kind: 'act',
    run: verb && on ? () => act(verb, on.one, given) : undefined,
  }));
  const known = [...acts(type), ...places()].filter((item) => fits(item, words));
  const filter =
    words.length === 0
      ? []
      : [
          {
            kind: 'list',
            text: `Filter the list: ${text.trim()}`,
            run: () => goFilter(text.trim()),
          },
        ];
  return [...commands, ...known, ...found, ...filter].slice(0, SHOWN_MAX);
}

/** @param {string} text */
function goFilter(text) {
  location.href = `${document.body.dataset.prefix ?? ''}/?q=${encodeURIComponent(text)}`;
}

/** @param {string} text @param {AbortSignal} signal @returns {Promise<Item[]>} */
async function find(text, signal) {
  const words = text.trim().slice(0, WORDS_CHARS_MAX);
  if (words.length < 2) return [];
  const path = `${document.body.dataset.prefix ?? ''}/find?q=${encodeURIComponent(words)}`;
  const { said, trouble } = await askDesk(path, { signal });
  if (trouble) throw new Error(inOneLine(trouble));
  /** @type {{ found: { kind: string, text: string, says: string, href: string }[] }} */
  const { found } = JSON.parse(said);
  return found.map(({ href, ...item }) => ({
    ...item,
    run: () => {
      location.href = href;
    },
  }));
}

/** @param {Item} item @param {number} at */
function drawn(item, at) {
  const [option, kind, text, says] = [
    document.createElement('li'),
    document.createElement('span'),
    document.createElement('span'),
    document.createElement('span'),
  ];
  option.id = `palette-${at}`;
  option.setAttribute('role', 'option');
  if (!item.run) option.setAttribute('aria-disabled', 'true');
  kind.className = 'kind';
  kind.textContent = item.kind;
  text.className = 'what';
  text.textContent = item.text;
  says.className = 'says';
  says.textContent = item.says ?? '';
  option.append(kind, text, says);
  return option;
}

function elements() {
  const [dialog, field, list, says] = [
    document.createElement('dialog'),
    document.createElement('input'),
    document.createElement('ul'),
    document.createElement('p'),
  ];
  dialog.className = 'palette';
  dialog.setAttribute('aria-label', 'Everything by its name');
  field.type = 'text';
  field.maxLength = WORDS_CHARS_MAX;
  field.autocomplete = 'off';
  field.spellcheck = false;
  field.placeholder = 'A page, an alarm, a person; or: ack 2h on my way';
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-label': 'What to do, or where to go',
    'aria-expanded': 'true',
    'aria-controls': 'palette-list',
    'aria-autocomplete': 'list',
  }))
    field.setAttribute(name, value);
  list.id = 'palette-list';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'What fits');
  says.className = 'quiet small';
  says.setAttribute('role', 'status');
  dialog.append(field, list, says);
  return { dialog, field, list, says };
}

/** @param {string} [text] what stands in the field at first */
export function openPalette(text = '') {
  if (document.querySelector('dialog[open]')) return;
  const { dialog, field, list, says } = elements();
  /** @type {Item[]} */
  let items = [];
  /** @type {Item[]} */
  let found = [];
  let at = 0;
  let trouble = '';
  let asking = new AbortController();
  let pause = 0;

  const choose = (/** @type {number} */ to) => {
    at = items.length === 0 ? 0 : (to + items.length) % items.length;
    [...list.children].forEach((option, i) => {
      option.setAttribute('aria-selected', String(i === at));
    });
    const chosen = list.children[at];
    if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
    else field.removeAttribute('aria-activedescendant');
    chosen?.scrollIntoView({ block: 'nearest' });
  };
  const type = (/** @type {string} */ words) => {
    field.value = words;
    typed();
    field.focus();
  };
  const draw = (/** @type {number} */ keep) => {
    items = itemsFor(field.value, found, type);
    list.replaceChildren(...items.map(drawn));
    choose(Math.min(keep, Math.max(0, items.length - 1)));
    const count = items.length === 0 ? 'Nothing fits.' : `${items.length} fit. Enter does it.`;
    says.textContent = trouble || count;
  };
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      found = await find(field.value, signal);
      trouble = '';
    } catch (error) {
      if (signal.aborted) return;
      found = [];
      const why = error instanceof Error ? error.message : '';
      trouble = `Alarms and people were not looked for: ${why} Type on to try again.`;
    }
    draw(at);
  };
  const typed = () => {
    draw(0);
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  };
  const run = (/** @type {Item | undefined} */ item) => {
    if (!item?.run) return;
    if (!item.stays) dialog.close();
    item.run();
  };

  field.addEventListener('input', typed);
  field.addEventListener('keydown', (event) => {
    const key = event.ctrlKey ? `Ctrl+${event.key}` : event.key;
    const by = { ArrowDown: 1, 'Ctrl+n': 1, ArrowUp: -1, 'Ctrl+p': -1 }[key];
    if (by !== undefined) choose(at + by);
    else if (key === 'Enter') run(items[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('li') : null;
    if (option) run(items[[...list.children].indexOf(option)]);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    asking.abort();
    clearTimeout(pause);
    dialog.remove();
  });
  document.body.append(dialog);
  field.value = text;
  dialog.showModal();
  field.setSelectionRange(text.length, text.length);
  draw(0);
}

/** The same for those who have no keyboard at hand. */
export function listenToPalette() {
  for (const button of document.querySelectorAll('[data-palette]')) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener('click', () => openPalette());
  }
}
