/** Times on a long page: written at once where somebody looks, elsewhere when there is time. */
import { blocks, isNear, listTable } from './blocks.js';
import { whenIdle } from './idle.js';
import { showTimes } from './times.js';

/** Blocks whose turn is still to come. @type {Element[]} */
let late = [];

export function showAges() {
  showTimes(document, listTable());
  const all = blocks();
  for (const block of all) if (isNear(block)) showTimes(block);
  if (late.length > 0) return; // the last round is not over
  late = all.filter((block) => !isNear(block));
  if (late.length > 0) whenIdle(showLate);
}

/** @param {() => boolean} isOver */
function showLate(isOver) {
  while (late.length > 0 && !isOver()) {
    const block = late.shift();
    if (block) showTimes(block);
  }
  if (late.length > 0) whenIdle(showLate);
}
