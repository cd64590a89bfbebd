import { type AlarmEvent, identify } from '../../domain/alarm/event.ts';
import type { CheckEntry, CheckSubject } from '../check-entry.ts';
import type { Draft } from '../draft.ts';
import type { CheckState, RaisedSubject } from '../tables.ts';
import { receive } from './receive.ts';

/**
 * A check was run. What it found raises, what it found before and not now clears. A broken run
 * says nothing about the data: what was raised before stays as it was.
 */
export function checked(draft: Draft, entry: CheckEntry): void {
  const before = draft.get('checks', entry.check);
  const raised = before?.raised ?? raisedOf(draft, entry.check);
  const found = entry.subjects ?? oneSubject(entry);
  const broken = new Set(found.filter(isBroken).map(({ qualifier }) => qualifier));
  const keys = new Set(found.map(keyOf));
  const gone = raised.filter((one) => !keys.has(keyOf(one)));
  const isKept = (one: RaisedSubject): boolean =>
    !isBroken(one) && (broken.has('') || broken.has(one.qualifier));
  const kept = gone.filter(isKept);
  const cleared = gone.filter((one) => !isKept(one));
  const events = [...found.map(raiseOf), ...cleared.map(clearOf)];
  receive(draft, { kind: 'events', at: entry.at, source: 'checks', events });
  if (entry.by !== undefined) {
    const says = { verb: 'check.run', subject: entry.check, outcome: entry.verdict };
    draft.audit.push({ by: entry.by, ...says, detail: entry.text });
  }
  if (entry.isGone) draft.removeIfThere('checks', entry.check);
  else draft.put('checks', entry.check, rowOf(draft, entry, before, [...found, ...kept]));
}

function rowOf(
  draft: Draft,
  entry: CheckEntry,
  before: CheckState | undefined,
  raised: readonly RaisedSubject[],
): CheckState {
  const { check: id, verdict, text, counts, run, tookMs } = entry;
  const slot = entry.slot ?? before?.slot;
  return {
    id,
    verdict,
    at: draft.now.at,
    runs: (before?.runs ?? 0) + 1,
    text,
    raised: raised.map(({ type, resource, qualifier }) => ({ type, resource, qualifier })),
    ...(slot === undefined ? {} : { slot }),
    ...(counts === undefined ? {} : { counts }),
    ...(run === undefined ? {} : { run }),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
}

const keyOf = ({ type, resource, qualifier }: RaisedSubject): string =>
  `${type} ${resource} ${qualifier}`;

/** Says that nothing is known: what was raised before about the same stays. */
const isBroken = ({ type }: RaisedSubject): boolean =>
  type === 'figure.late' || type.endsWith('.broken');

/** Entries of before subjects, and checks that are one thing: the check itself. */
function oneSubject(entry: CheckEntry): readonly CheckSubject[] {
  if (entry.verdict === 'passed') return [];
  const { check: resource, severity, text } = entry;
  const labels = { check: resource };
  return [{ type: `check.${entry.verdict}`, resource, qualifier: '', severity, text, labels }];
}

/** What rows of before subjects do not say: ask the alarms. */
function raisedOf(draft: Draft, resource: string): readonly RaisedSubject[] {
  return ['check.failed', 'check.broken']
    .map((type) => ({ type, resource, qualifier: '' }))
    .filter((one) => draft.get('alarms', identify(resource, one.type, '')) !== undefined);
}

const raiseOf = (one: CheckSubject): AlarmEvent => ({
  kind: 'raise',
  id: identify(one.resource, one.type, one.qualifier),
  ...one,
});

const clearOf = (one: RaisedSubject): AlarmEvent => ({
  kind: 'clear',
  id: identify(one.resource, one.type, one.qualifier),
  ...one,
  text: 'found no more',
  labels: {},
});
