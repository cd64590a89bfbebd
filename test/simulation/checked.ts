import assert from 'node:assert/strict';
import type { Instant } from '../../src/base/time.ts';
import type { CheckSubject } from '../../src/desk/check-entry.ts';
import type { Memory } from '../../src/desk/desk.ts';
import { identify } from '../../src/domain/alarm/event.ts';

/** Some of four subjects of a check, by the moment: a run that finds others than the one before. */
export const subjectsAt = (
  at: Instant,
  check: string,
  verdict: 'passed' | 'failed' | 'broken',
): readonly CheckSubject[] =>
  verdict === 'passed'
    ? []
    : ['', 'a', 'b', 'c'].flatMap((qualifier, i) =>
        Math.floor(at / 1_000) % (i + 2) === 0
          ? [
              {
                ...{ type: `check.${verdict}`, resource: check, qualifier, severity: 'minor' },
                ...{ text: verdict, labels: { check } },
              } as const,
            ]
          : [],
      );

/** An alarm of a check is raised exactly while the check says so, whatever was lost or doubled. */
export function checkChecked(memory: Memory): void {
  const held = new Set<string>();
  for (const { id, raised = [] } of memory.all('checks')) {
    for (const { resource, type, qualifier } of raised) {
      const alarm = identify(resource, type, qualifier);
      held.add(alarm);
      const is = memory.get('alarms', alarm)?.condition.is;
      assert.equal(is, 'raised', `${id} holds ${type} ${qualifier}, and its alarm is ${is}`);
    }
  }
  for (const { id, type, resource, qualifier, condition } of memory.all('alarms')) {
    if (!type.startsWith('check.') || condition.is !== 'raised') continue;
    assert.ok(held.has(id), `${resource} ${type} ${qualifier} is raised, and no check says so`);
  }
}
