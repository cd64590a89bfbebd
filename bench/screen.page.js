/**
 * Runs in the page that is measured, before its own scripts. Times are milliseconds since 1970
 * with parts, by the clock that the sender reads too.
 */
(() => {
  const seen = { shown: [], gaps: [], keys: [], tasks: 0 };
  const now = () => performance.timeOrigin + performance.now();
  /** Calls `then` after the frame that holds what was just done has been painted. */
  const painted = (then) => requestAnimationFrame(() => setTimeout(then, 0));
  const last = new WeakMap();
  /**
   * A row that others let in at the end of the page is no event of its own: what comes is counted
   * only where new alarms come, above.
   */
  const END_PART = 0.75;

  /** What is drawn where nobody looks is drawn later, and visible to nobody. */
  function isSeen(row) {
    const { top, bottom } = row.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }

  function look(row, came) {
    const said = /t=(\d+\.\d)/.exec(row.querySelector('.c-text')?.textContent ?? '')?.[1];
    if (said === undefined || last.get(row) === said) return;
    last.set(row, said);
    const sent = Number(said);
    const list = row.closest('table');
    if (came && row.rowIndex > list.rows.length * END_PART) return;
    if (row.classList.contains('leaving')) return;
    painted(() => {
      if (row.isConnected && isSeen(row)) seen.shown.push(now() - sent);
    });
  }

  function watch() {
    const list = document.querySelector('.list');
    if (!list) return;
    for (const row of list.querySelectorAll('tbody tr')) {
      const said = /t=(\d+\.\d)/.exec(row.textContent)?.[1];
      if (said) last.set(row, said);
    }
    new MutationObserver((all) => {
      const [touched, came] = [new Set(), new Set()];
      for (const { target, addedNodes } of all) {
        for (const node of [target, ...addedNodes]) {
          const row = (node instanceof Element ? node : node.parentElement)?.closest(
            '.list tbody tr',
          );
          if (row) touched.add(row);
          if (row === node) came.add(row);
        }
      }
      for (const row of touched) look(row, came.has(row));
    }).observe(list, { childList: true, subtree: true, characterData: true });
  }

  let before = 0;
  function frame(at) {
    if (before > 0) seen.gaps.push(at - before);
    before = at;
    requestAnimationFrame(frame);
  }

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks = Math.max(seen.tasks, duration);
  }).observe({ type: 'longtask', buffered: true });

  // From when the key was pressed, as the browser saw it, to after the next frame.
  addEventListener(
    'keydown',
    (event) => {
      const from = event.timeStamp;
      painted(() => seen.keys.push(performance.now() - from));
    },
    { capture: true },
  );

  addEventListener('DOMContentLoaded', () => {
    watch();
    requestAnimationFrame(frame);
  });

  window.benchTake = () => {
    const taken = { ...seen, rows: document.querySelectorAll('.list tbody tr').length };
    Object.assign(seen, { shown: [], gaps: [], keys: [], tasks: 0 });
    return taken;
  };
})();
