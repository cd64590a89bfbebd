/** What nobody waits for is done while there is nothing else to do, and a little of it often. */
const GAP_MS_MAX = 250;
const GAP_MS = 16;
/** The longest time for it at once: then keys, the pointer and the screen have their turn. */
const SLICE_MS_MAX = 8;
/** And the shortest, on a machine that is never idle. */
const SLICE_MS_MIN = 4;

/** @param {(isOver: () => boolean) => void} then is told when its time is over */
export function whenIdle(then) {
  const begin = (/** @type {IdleDeadline | undefined} */ idle) => {
    const spare = (idle?.timeRemaining() ?? 0) - 1;
    const until = performance.now() + Math.min(SLICE_MS_MAX, Math.max(spare, SLICE_MS_MIN));
    then(() => performance.now() > until);
  };
  if ('requestIdleCallback' in window) requestIdleCallback(begin, { timeout: GAP_MS_MAX });
  else setTimeout(begin, GAP_MS);
}
