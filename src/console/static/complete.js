/**
 * Names and values for fields of matchers, from the desk: the filter box, and texts with a matcher
 * a line. Without it they are plain fields.
 */
import { ask as askDesk, inOneLine } from './asking.js';

const WAIT_MS = 120;

/**
 * @typedef {object} Item
 * @property {string} insert
 * @property {string} shown
 * @property {string} says
 */

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
function begin(field) {
  // A text of many lines is no combobox: its arrows move the caret, until there is a list.
  const isText = field instanceof HTMLTextAreaElement;
  /** @type {HTMLElement} */
  const heard = field;
  const list = document.createElement('ul');
  list.id = `${field.id}-list`;
  list.className = 'complete';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'What may stand here');
  field.after(list);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  if (isText) field.setAttribute('aria-haspopup', 'listbox');
  else {
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-expanded', 'false');
  }
  const sayOpen = () => {
    if (!isText) field.setAttribute('aria-expanded', String(!list.hidden));
    const many = items.length === 1 ? '1 proposal' : `${items.length} proposals`;
    if (isText) offers.textContent = list.hidden ? '' : `${many}: arrow down, then Enter.`;
  };
  /** @type {Item[]} */
  let items = [];
  let from = 0;
  let at = -1;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const shut = () => {
    clearTimeout(timer);
    asked++;
    list.hidden = true;
    sayOpen();
    field.removeAttribute('aria-activedescendant');
    at = -1;
  };
  /** @param {number} to */
  const mark = (to) => {
    list.children[at]?.setAttribute('aria-selected', 'false');
    at = (to + items.length) % items.length;
    const option = list.children[at];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) field.setAttribute('aria-activedescendant', option.id);
  };
  /** @param {Item} item */
  const take = (item) => {
    const caret = field.selectionStart ?? field.value.length;
    const words = isText ? item.insert.trimEnd() : item.insert;
    field.setRangeText(words, from, caret, 'end');
    shut();
    field.focus();
    // After a name its values come next, and who counts what fits hears of it.
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const show = () => {
    list.replaceChildren(
      ...items.map((item, i) => {
        const option = document.createElement('li');
        option.id = `${field.id}-option-${i}`;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        const [words, says] = [document.createElement('span'), document.createElement('span')];
        words.textContent = item.shown;
        says.textContent = item.says;
        says.className = 'quiet';
        option.append(words, says);
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          take(item);
        });
        return option;
      }),
    );
    at = -1;
    list.hidden = items.length === 0;
    sayOpen();
    field.removeAttribute('aria-activedescendant');
  };
  const says = document.createElement('p');
  says.className = 'below-filter bad';
  says.setAttribute('role', 'status');
  const offers = document.createElement('p');
  offers.className = 'unseen-text';
  offers.setAttribute('role', 'status');
  if (isText) list.after(says, offers);
  else field.form?.after(says);
  /** Said once, however many letters follow. @param {string} text */
  const sayTrouble = (text) => {
    if ((says.textContent === '') !== (text === '')) says.textContent = text;
  };
  const fetchItems = async () => {
    const mine = ++asked;
    const before = field.value.slice(0, field.selectionStart ?? field.value.length);
    const start = before.lastIndexOf('\n') + 1;
    const text = before.slice(start);
    const prefix = document.body.dataset.prefix ?? '';
    const path = `${prefix}/complete?text=${encodeURIComponent(text)}`;
    const { said, trouble } = await askDesk(path);
    if (mine !== asked || document.activeElement !== field) return;
    if (trouble) {
      items = [];
      show();
      sayTrouble(
        `No names are offered now: ${inOneLine(trouble)} What you type works all the same.`,
      );
      return;
    }
    const found = JSON.parse(said);
    [items, from] = [found.items, start + found.from];
    sayTrouble('');
    show();
  };
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(fetchItems, WAIT_MS);
  };
  field.addEventListener('input', ask);
  field.addEventListener('blur', shut);
  heard.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && list.hidden && !isText) return ask();
    if (list.hidden) return;
    const item = items[at];
    if (event.key === 'ArrowDown') mark(at + 1);
    else if (event.key === 'ArrowUp') mark(at < 0 ? items.length - 1 : at - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && item) take(item);
    else if (event.key === 'Escape') shut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

export function listenToMatchers() {
  for (const field of document.querySelectorAll('#filter, textarea[data-matchers]')) {
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) begin(field);
  }
}
