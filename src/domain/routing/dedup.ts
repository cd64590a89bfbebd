import type { Instant, Millis } from '../../base/time.ts';
import type { AlarmId } from '../alarm/event.ts';
import type { QuietReason, SendReason } from './notice.ts';
import type { OnAcknowledge } from './plan.ts';

/** What one way of a group was last told: that much of the log's row. */
export interface Told {
  readonly at: Instant;
  readonly firing: readonly AlarmId[];
  readonly resolved: readonly AlarmId[];
  /**
   * Told as firing, then taken back (closed, shelved, severity rose, acknowledgement ended), with
   * the reason to give when it fires again. It may stand in `firing` as well.
   */
  readonly withdrawn: Readonly<Record<AlarmId, string>>;
}

/** One look at a group for one way. Muted alarms are in neither list. */
export interface DedupFacts {
  /** Undefined: nothing was ever told, or so long ago that it was forgotten. */
  readonly log: Told | undefined;
  readonly firing: readonly { readonly id: AlarmId; readonly acknowledged: boolean }[];
  readonly resolved: readonly AlarmId[];
  readonly sendResolved: boolean;
  readonly repeatInterval: Millis;
  readonly onAcknowledge: OnAcknowledge;
  readonly now: Instant;
}

export type Verdict =
  | { readonly verdict: 'notify'; readonly reason: SendReason }
  | { readonly verdict: 'quiet'; readonly reason: QuietReason };

/** Where several hold, the first of these is told. */
const NEWS: readonly SendReason[] = [
  'severity rose',
  'first',
  'new alarms',
  'reopened',
  'shelf ended',
  'shown again',
  'hold ended',
  'flapping',
  'flapping ended',
  'acknowledgement ended',
];

/** Heard of in this very episode: no news while somebody has it. */
const KNOWN: readonly SendReason[] = [
  'reopened',
  'shelf ended',
  'shown again',
  'hold ended',
  'flapping',
  'flapping ended',
  'acknowledgement ended',
];

const notify = (reason: SendReason): Verdict => ({ verdict: 'notify', reason });
const quiet = (reason: QuietReason): Verdict => ({ verdict: 'quiet', reason });

/**
 * Whether a way is to be told about its group now, and why. Where nothing is acknowledged and
 * nothing withdrawn this is Alertmanager's `needsUpdate`: news fires; everything ended; something
 * ended and the way wants to know; or the last word is older than the repeat interval. "All
 * resolved" does not depend on `sendResolved`: the log must learn of it although nothing is sent.
 */
export function decide(facts: DedupFacts): Verdict {
  const { log, firing, onAcknowledge } = facts;
  if (firing.length === 0) return endedVerdict(facts);
  const news = newsOf(facts);
  if (news !== undefined) return notify(news);
  if (log === undefined) return quiet('acknowledged');
  if (facts.sendResolved && !isSubset(facts.resolved, log.resolved)) return notify('some resolved');
  if (log.at >= facts.now - facts.repeatInterval) return quiet('repeat not due');
  const waiting = onAcknowledge === 'nothing' || firing.some((alarm) => !alarm.acknowledged);
  return waiting ? notify('repeat') : quiet('acknowledged');
}

/** The most important reason why a firing alarm is news; undefined when none is. */
function newsOf({ log, firing, onAcknowledge }: DedupFacts): SendReason | undefined {
  const told = new Set(log?.firing);
  const fresh: SendReason =
    log === undefined || (told.size === 0 && isEmpty(log.withdrawn)) ? 'first' : 'new alarms';
  let best: number | undefined;
  for (const { id, acknowledged } of firing) {
    const withdrawn = log && Object.hasOwn(log.withdrawn, id) ? log.withdrawn[id] : undefined;
    if (withdrawn === undefined && told.has(id)) continue;
    const reason = withdrawn === undefined ? fresh : spoken(withdrawn);
    // Under stop-all an acknowledged alarm is heard of again only when it got worse.
    if (acknowledged && onAcknowledge === 'stop-all' && reason !== 'severity rose') continue;
    if (acknowledged && onAcknowledge !== 'nothing' && KNOWN.includes(reason)) continue;
    const place = NEWS.indexOf(reason);
    if (best === undefined || place < best) best = place;
  }
  return best === undefined ? undefined : NEWS[best];
}

const spoken = (text: string): SendReason => NEWS.find((reason) => reason === text) ?? 'new alarms';

/** Nothing fires: is an end owed to somebody who was told of a beginning? */
function endedVerdict({ log, resolved }: DedupFacts): Verdict {
  if (log === undefined || resolved.length === 0) return quiet('nothing fires');
  const taken = (id: AlarmId): boolean => Object.hasOwn(log.withdrawn, id);
  // What is withdrawn and has not ended owes nothing: nobody may learn from its silence.
  const owed = log.firing.some((id) => !taken(id)) || resolved.some(taken);
  return owed ? notify('all resolved') : quiet('nothing new');
}

function isSubset(ids: readonly AlarmId[], of: readonly AlarmId[]): boolean {
  if (ids.length === 0) return true;
  const known = new Set(of);
  return ids.every((id) => known.has(id));
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false;
  return true;
}

/**
 * What the log says after a notice with these alarms was sent. A withdrawn alarm that the notice
 * spoke of is settled; the others still owe their end.
 */
export function logAfter(
  log: Told | undefined,
  firing: readonly AlarmId[],
  resolved: readonly AlarmId[],
): Pick<Told, 'firing' | 'resolved' | 'withdrawn'> {
  const spokenOf = new Set([...firing, ...resolved]);
  const left = Object.entries(log?.withdrawn ?? {})
    .filter(([id]) => !spokenOf.has(id as AlarmId))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    firing: sorted(firing),
    resolved: sorted(resolved),
    withdrawn: Object.fromEntries(left),
  };
}

const sorted = (ids: readonly AlarmId[]): readonly AlarmId[] => [...new Set(ids)].sort();
