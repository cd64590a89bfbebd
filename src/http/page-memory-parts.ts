import { DeskError } from '../base/errors.ts';
import { type Instant, instantText, parseInstant } from '../base/time.ts';
import type { Assignable } from '../console/act-bar.ts';
import type { MemoryContext } from '../console/recall-panel.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Act } from '../desk/entry.ts';
import type { RecentChanges } from '../desk/views/recent.ts';
import type { Change } from '../domain/alarm/change.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { byOf } from './api/parts.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import type { Asked } from './route.ts';

export interface MemoryPageParts extends RoutingPageParts {
  readonly recent: RecentChanges;
}

export const contextOf = ({ site, accounts, desk }: MemoryPageParts): MemoryContext => ({
  site,
  nameOf: (id) => accounts.name(id),
  now: desk.clock.now(),
});

/** Whom something can be given to. */
export const peopleIn = (accounts: Accounts): readonly Assignable[] =>
  accounts.list().flatMap(({ id, name, disabled }) => (disabled ? [] : [{ id, name }]));

/** Tells the desk once what a form says, however often it is sent. */
export function told({ desk }: MemoryPageParts, asked: Asked, act: Act) {
  return desk.act(byOf(asked.actor), act, formOnce(asked, [JSON.stringify(act)]));
}

export function incidentOf({ desk }: MemoryPageParts, asked: Asked): Incident {
  const found = desk.memory.get('incidents', asked.params.id ?? '');
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such incident' });
  return found;
}

/** The newest lines of an alarm's timeline, those not in the store yet among them. */
export async function linesOf(
  { desk, recent }: MemoryPageParts,
  id: AlarmId,
  limit: number,
): Promise<readonly Change[]> {
  const page = await desk.store.timeline(id, undefined, limit);
  return [...recent.of(id, page.asOf).changes, ...page.items];
}

export const dayOf = (at: Instant): string => instantText(at).slice(0, 10);

/** The end of the day that a form names; undefined when it names none. */
export const endOfDay = (text: string): Instant | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T23:59:59Z`) : undefined;
