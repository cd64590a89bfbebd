import { type Alarm, standing } from '../../domain/alarm/alarm.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { Memory } from '../desk.ts';
import { INCIDENT_STATES } from './incidents.ts';
import type { Sliced } from './merge.ts';
import { ORDERS } from './order.ts';
import { STANDINGS } from './words.ts';

export const FIND_LIMITS = {
  words_chars_max: 256,
  /** Of each kind: more than a hand of them nobody reads in a palette. */
  each_max: 6,
  /** Kept while looking, before the best are taken. */
  held_max: 512,
} as const;

/** Alarms looked at between two pauses: about a millisecond. */
const LOOKED_AT_ONCE = 500;

const open = (a: Alarm): number => STANDINGS.indexOf(standing(a));

/**
 * The alarms somebody who types these words most likely means: what waits before what is over,
 * and the worst first. `gone` ends the search early, when nobody waits for its answer any more.
 */
export function* findAlarms(
  memory: Pick<Memory, 'all'>,
  passes: (alarm: Alarm) => boolean,
  gone: () => boolean,
): Sliced<readonly Alarm[]> {
  let best: Alarm[] = [];
  let looked = 0;
  const order = (a: Alarm, b: Alarm): number => open(a) - open(b) || ORDERS.severity(a, b);
  const cut = (): Alarm[] => best.sort(order).slice(0, FIND_LIMITS.each_max);
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) {
      if (gone()) return [];
      yield;
    }
    if (!passes(alarm)) continue;
    best.push(alarm);
    if (best.length >= FIND_LIMITS.held_max) best = cut();
  }
  return cut();
}

/** Every word stands somewhere in the text, without regard to case. */
export function hasAllWords(text: string, words: string): boolean {
  const folded = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

/** Incidents by their title or id: open ones first, the newest of them first. */
export function findIncidents(memory: Pick<Memory, 'all'>, words: string): readonly Incident[] {
  const found = [...memory.all('incidents')].filter(({ id, title }) =>
    hasAllWords(`${id} ${title}`, words),
  );
  const place = ({ state }: Incident): number => INCIDENT_STATES.indexOf(state.is);
  return found
    .sort((a, b) => place(a) - place(b) || b.position - a.position)
    .slice(0, FIND_LIMITS.each_max);
}
