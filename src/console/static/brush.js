/** Draws a rectangle over a heat map and asks what lies behind it. The form below works alone. */

/**
 * @typedef {object} Frame
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {number} first
 * @property {number} step
 * @property {number} columns
 * @property {readonly Row[]} rows
 */

/** @typedef {readonly [y: number, tall: number, lower: number, upper: number | null]} Row */

/** @typedef {{ column: number, row: number }} Cell */

const UNITS = /** @type {const} */ ([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
]);

/** As the server tells lengths, and reads them. @param {number} ms */
function tookText(ms) {
  const [unit, of] = UNITS.find(([, one]) => ms >= one) ?? ['ms', 1];
  return `${Number((ms / of).toPrecision(3))} ${unit}`;
}

/** @param {number} n @param {number} max */
const within = (n, max) => Math.min(max, Math.max(0, n));

/** @param {number} at */
const minuteText = (at) => new Date(at).toISOString().slice(0, 16);

export function listenToBrushes() {
  for (const box of document.querySelectorAll('[data-brush]')) {
    if (box instanceof HTMLElement) listenTo(box);
  }
}

/** @param {HTMLElement} box */
function listenTo(box) {
  const svg = box.querySelector('svg');
  const form = box.closest('section')?.querySelector('form');
  if (!(svg instanceof SVGSVGElement) || !form) return;
  const frame = /** @type {Frame} */ (JSON.parse(box.dataset.frame ?? '{}'));
  const last = { column: frame.columns - 1, row: frame.rows.length - 1 };
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  drawn.setAttribute('class', 'heat-chosen');
  const says = document.createElement('p');
  says.className = 'quiet small';
  says.setAttribute('role', 'status');
  // A finger scrolls the page: it has the form.
  if (!matchMedia('(pointer: coarse)').matches) {
    says.textContent = 'Drag over cells, or focus the map and use the arrow keys.';
  }
  const around = box.parentElement;
  around?.after(says);
  if (around) around.scrollLeft = around.scrollWidth; // what is new is at the right
  box.tabIndex = 0;
  box.setAttribute('role', 'application');
  box.setAttribute('aria-label', 'Choose cells: arrows move, Shift widens, Enter lists the alarms');
  /** @type {Cell} */
  let begin = { column: last.column, row: 0 };
  let end = begin;

  const rect = () => {
    const [c1, c2] = [begin.column, end.column].sort((a, b) => a - b);
    const [r1, r2] = [begin.row, end.row].sort((a, b) => a - b);
    return { c1: c1 ?? 0, c2: c2 ?? 0, r1: r1 ?? 0, r2: r2 ?? 0 };
  };
  const chosen = () => {
    const { c1, c2, r1, r2 } = rect();
    const upper = frame.rows[r2]?.[3] ?? null;
    return {
      from: frame.first + c1 * frame.step,
      to: frame.first + (c2 + 1) * frame.step,
      // The lowest row takes whatever was quicker, the highest whatever was slower.
      least: r1 === 0 ? 0 : (frame.rows[r1]?.[2] ?? 0),
      most: r2 === last.row ? null : upper,
    };
  };
  const draw = () => {
    const { c1, c2, r1, r2 } = rect();
    const wide = (frame.right - frame.left) / frame.columns;
    const [lowest, highest] = [frame.rows[r1], frame.rows[r2]];
    if (!lowest || !highest) return;
    drawn.setAttribute('x', String(frame.left + c1 * wide));
    drawn.setAttribute('width', String((c2 - c1 + 1) * wide));
    drawn.setAttribute('y', String(highest[0]));
    drawn.setAttribute('height', String(lowest[0] + lowest[1] - highest[0]));
    svg.append(drawn);
    const { from, to, least, most } = chosen();
    const low = tookText(least);
    const length = most === null ? `more than ${low}` : `${low} to ${tookText(most)}`;
    const [begins, ends] = [minuteText(from).replace('T', ' '), minuteText(to).slice(11)];
    says.textContent = `${begins} to ${ends} UTC, ${length}`;
  };
  const ask = () => {
    const { from, to, least, most } = chosen();
    /** @param {string} name @param {string} value */
    const set = (name, value) => {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    };
    set('from', minuteText(from));
    set('to', minuteText(to));
    set('least', tookText(least));
    set('most', most === null ? '' : tookText(most));
    form.requestSubmit();
  };

  /** @param {PointerEvent} event @returns {Cell} */
  const cellAt = (event) => {
    const to = svg.getScreenCTM()?.inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(to);
    const share = (x - frame.left) / (frame.right - frame.left);
    const row = frame.rows.findIndex(([top]) => y >= top);
    return {
      column: within(Math.floor(share * frame.columns), last.column),
      row: row < 0 ? last.row : row,
    };
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    event.preventDefault();
    box.focus({ preventScroll: true }); // the map stays under the hand
    box.setPointerCapture(event.pointerId);
    begin = cellAt(event);
    end = begin;
    draw();
  });
  box.addEventListener('pointermove', (event) => {
    if (!box.hasPointerCapture(event.pointerId)) return;
    end = cellAt(event);
    draw();
  });
  box.addEventListener('pointerup', (event) => {
    if (!box.hasPointerCapture(event.pointerId)) return;
    box.releasePointerCapture(event.pointerId);
    end = cellAt(event);
    ask();
  });
  box.addEventListener('keydown', (event) => {
    const step = MOVES[event.key];
    if (event.key === 'Enter') ask();
    else if (step) {
      end = {
        column: within(end.column + step[0], last.column),
        row: within(end.row + step[1], last.row),
      };
      if (!event.shiftKey) begin = end;
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** @type {Readonly<Record<string, readonly [column: number, row: number]>>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
