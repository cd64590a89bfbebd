/** Names and values for the filter box, from the desk. Without it the box is a plain field. */
import { ask as askDesk, inOneLine } from './asking.js';

const WAIT_MS = 120;

/**
 * @typedef {object} Item
 * @property {string} insert
 * @property {string} shown
 * @property {string} says
 */

/** @param {HTMLInputElement} field */
function begin(field) {
  const list = document.createElement('ul');
  list.id = 'filter-list';
  list.className = 'complete';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'What may stand here');
  field.after(list);
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  field.setAttribute('aria-expanded', 'false');
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
    field.setAttribute('aria-expanded', 'false');
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
    field.setRangeText(item.insert, from, caret, 'end');
    shut();
    field.focus();
    if (!item.insert.endsWith(' ')) ask(); // a name: its values come next
  };
  const show = () => {
    list.replaceChildren(
      ...items.map((item, i) => {
        const option = document.createElement('li');
        option.id = `filter-option-${i}`;
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
    field.setAttribute('aria-expanded', String(items.length > 0));
    field.removeAttribute('aria-activedescendant');
  };
  const says = document.createElement('p');
  says.className = 'below-filter bad';
  says.setAttribute('role', 'status');
  field.form?.after(says);
  /** Said once, however many letters follow. @param {string} text */
  const sayTrouble = (text) => {
    if ((says.textContent === '') !== (text === '')) says.textContent = text;
  };
  const fetchItems = async () => {
    const mine = ++asked;
    const text = field.value.slice(0, field.selectionStart ?? field.value.length);
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
    [items, from] = [found.items, found.from];
    sayTrouble('');
    show();
  };
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(fetchItems, WAIT_MS);
  };
  field.addEventListener('input', ask);
  field.addEventListener('blur', shut);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && list.hidden) return ask();
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

export function listenToFilter() {
  const field = document.getElementById('filter');
  if (field instanceof HTMLInputElement) begin(field);
}
