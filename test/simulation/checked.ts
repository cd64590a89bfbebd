import type { Instant } from '../../src/base/time.ts';
import type { CheckSubject } from '../../src/desk/check-entry.ts';

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
