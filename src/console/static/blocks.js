/**
 * The rows of the list stand in blocks, each a `tbody`, the first of them `#rows`. The browser
 * lays out, paints and watches a block that is far from the window as one thing of known height,
 * so that a page of thousands of rows costs what is in sight. All rows stay in the page: for the
 * keys, for finding in the page and for screen readers.
 */

/** A block with more is cut where the next row comes. */
const ROWS_MAX = 100;
/** Two blocks side by side with no more than this become one. */
const ROWS_FEW = 25;
/** What is one screen away is drawn as if it were in sight. */
const NEAR = '100% 0px';

/** @typedef {HTMLTableSectionElement} Block */
/** @typedef {HTMLTableRowElement} Row */

const first = () => {
  const block = document.getElementById('rows');
  return block instanceof HTMLTableSectionElement ? block : undefined;
};

/** All of the list, with its headings; undefined on pages without one. */
export const listTable = () => first()?.closest('table') ?? undefined;

/** @returns {Block[]} */
export const blocks = () => [...(listTable()?.tBodies ?? [])];

/** @param {Element} row @returns {Block | undefined} */
const blockOf = (row) =>
  row.parentElement instanceof HTMLTableSectionElement ? row.parentElement : undefined;

/** @param {Element} row */
export const rowAfter = (row) =>
  row.nextElementSibling ?? row.parentElement?.nextElementSibling?.firstElementChild ?? undefined;

/** @param {Block} block @returns {Block | undefined} */
const blockBefore = ({ previousElementSibling: one }) =>
  one instanceof HTMLTableSectionElement && one.tagName === 'TBODY' ? one : undefined;

/** @param {Element} row */
const rowBefore = (row) => {
  const block = blockOf(row);
  return row.previousElementSibling ?? (block && blockBefore(block)?.lastElementChild) ?? undefined;
};

/** Blocks in the window or one screen from it. @type {WeakSet<Element>} */
const near = new WeakSet();
/** Blocks whose number of rows is another since they were measured. @type {Set<Block>} */
const changed = new Set();
/** @type {(block: Block) => void} */
let comesNear = () => {};

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) near.delete(target);
      else if (!near.has(target)) {
        near.add(target);
        comesNear(/** @type {Block} */ (target));
      }
    }
    numberRows();
  },
  { rootMargin: NEAR },
);

/** Screen readers are not told of rows in blocks that are not laid out: so it is said which of how
 * many each row is. */
function numberRows() {
  const list = listTable();
  if (!list) return;
  let at = 1; // the headings
  for (const block of list.tBodies) {
    if (!near.has(block)) at += block.childElementCount;
    else for (const row of block.rows) say(row, 'aria-rowindex', ++at);
  }
  say(list, 'aria-rowcount', at);
}

/** @param {Element} tag @param {string} name @param {number} n */
function say(tag, name, n) {
  if (tag.getAttribute(name) !== `${n}`) tag.setAttribute(name, `${n}`);
}

/** @param {Row | Block} tag */
export const isNear = (tag) => near.has(tag) || near.has(tag.parentElement ?? tag);

/** @param {(block: Block) => void} listener told of each block that comes near the window */
export function watchBlocks(listener) {
  comesNear = listener;
  for (const block of blocks().slice(0, 2)) near.add(block); // until the watcher says otherwise
  for (const block of blocks()) watcher.observe(block);
  const last = blocks().at(-1);
  if (last) changed.add(last); // the server's styles take it for a full one
  measureBlocks();
}

/** @param {Block | undefined} behind its neighbour; undefined for the first place */
function newBlock(behind) {
  const block = document.createElement('tbody');
  if (behind) behind.after(block);
  else {
    const was = first();
    was?.before(block);
    was?.removeAttribute('id');
    block.id = 'rows';
  }
  watcher.observe(block);
  near.add(block); // until the watcher says otherwise
  return block;
}

/** @param {Block} block */
function dropBlock(block) {
  const next = block.nextElementSibling;
  if (block.id === 'rows') {
    if (!next) return; // an empty list has an empty block
    block.removeAttribute('id');
    next.id = 'rows';
  }
  watcher.unobserve(block);
  changed.delete(block);
  block.remove();
}

/** Where a row may be put behind `row`, when its own block is full. @param {Row} row */
function roomBehind(row) {
  const block = blockOf(row);
  const next = block?.nextElementSibling;
  if (!row.nextElementSibling && next instanceof HTMLTableSectionElement) {
    if (next.rows.length < ROWS_MAX) return next;
  }
  const made = newBlock(block);
  const behind = [];
  for (let one = row.nextElementSibling; one; one = one.nextElementSibling) behind.push(one);
  made.append(...behind);
  if (block) changed.add(block);
  return made;
}

/**
 * Puts a row behind another one, or first of all.
 * @param {Row} row @param {Row | undefined} behind
 */
export function putRow(row, behind) {
  if (row.isConnected) {
    if (rowBefore(row) === behind) return;
    takeRow(row);
  }
  const own = behind ? blockOf(behind) : first();
  if (!own) return;
  const isFull = own.rows.length >= ROWS_MAX;
  if (!isFull && behind) behind.after(row);
  else if (behind) roomBehind(behind).prepend(row);
  else (isFull ? newBlock(undefined) : own).prepend(row);
  const block = blockOf(row);
  if (block) changed.add(block);
}

/** @param {Row} row */
export function takeRow(row) {
  const block = blockOf(row);
  row.remove();
  if (!block) return;
  if (!block.firstElementChild) return dropBlock(block);
  changed.add(block);
}

/** Says to the browser how high a block is that it does not lay out; small ones are joined. */
export function measureBlocks() {
  for (const block of changed) {
    const next = block.nextElementSibling;
    if (!(next instanceof HTMLTableSectionElement)) continue;
    if (block.rows.length + next.rows.length > ROWS_FEW) continue;
    block.append(...next.rows);
    dropBlock(next);
  }
  for (const block of changed) {
    block.style.containIntrinsicBlockSize = `var(--kept,) calc(${block.rows.length} * var(--step))`;
  }
  changed.clear();
  numberRows();
}
