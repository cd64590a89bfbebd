export const VIEW_LIMITS = {
  /** Views kept up to date at once; beyond it a page is drawn once and does not move by itself. */
  views_max: 1_000,
  /** Sets of alarms counted by values at once; beyond it a page shows no counts by value. */
  breakdowns_max: 100,
  /**
   * At most one tick in this time; the first change of a quiet period ticks at once. A third of the
   * 100 ms in which an event should be on the screen: two frames and the way there take the rest.
   */
  tick_ms_min: 30,
  /** The same for counts by value: a person reads no faster. */
  counts_ms_min: 1_000,
  /** A view nobody looks at is kept this long, for whoever loads the page and then listens. */
  idle_s_max: 30,
} as const;
