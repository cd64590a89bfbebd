import { meant } from '../base/near.ts';
import type { Policy } from '../domain/escalation/policy.ts';
import { ESCALATION } from './escalation-kind.ts';
import type { Reader } from './reader.ts';
import type { Receiver } from './receivers.ts';

/** A policy that no section has is a fault at its place. */
export function checkEscalations(
  reader: Reader,
  receivers: readonly Receiver[],
  policies: readonly Policy[],
): void {
  const names = policies.map(({ name }) => name);
  for (const { kind, written, settings } of receivers.flatMap(({ ways }) => ways)) {
    const name = settings['policy'];
    if (kind !== ESCALATION || typeof name !== 'string' || names.includes(name)) continue;
    const why = `there is no escalation policy "${name}"${meant(name, names)}`;
    reader.say(written, ['policy'], why);
  }
}
