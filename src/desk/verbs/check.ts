import { identify } from '../../domain/alarm/event.ts';
import type { Draft } from '../draft.ts';
import type { CheckEntry } from '../entry.ts';
import { receive } from './receive.ts';

/** A check was run: its verdict raises or clears one alarm on the check's subject. */
export function checked(draft: Draft, entry: CheckEntry): void {
  const before = draft.get('checks', entry.check);
  draft.put('checks', entry.check, {
    id: entry.check,
    verdict: entry.verdict,
    at: draft.now.at,
    runs: (before?.runs ?? 0) + 1,
  });
  const type = entry.verdict === 'broken' ? 'check.broken' : 'check.failed';
  const other = type === 'check.broken' ? 'check.failed' : 'check.broken';
  const said = {
    resource: entry.check,
    qualifier: '',
    text: entry.text,
    labels: { check: entry.check },
  };
  const id = (t: string) => identify(entry.check, t, '');
  const clearOf = (t: string) => ({ kind: 'clear' as const, id: id(t), type: t, ...said });
  const events =
    entry.verdict === 'passed'
      ? [clearOf('check.failed'), clearOf('check.broken')]
      : [
          { kind: 'raise' as const, id: id(type), type, severity: entry.severity, ...said },
          // A broken check says nothing about the data: what failed before stays as it was.
          ...(type === 'check.failed' ? [clearOf(other)] : []),
        ];
  const held = events.filter((e) => e.kind !== 'clear' || draft.get('alarms', e.id));
  receive(draft, { kind: 'events', at: entry.at, source: 'checks', events: held });
}
