import { randomUUID } from 'node:crypto';
import { oneLine } from '../base/text.ts';
import { tryOnce } from '../desk/outbox-try.ts';
import { testOf } from '../desk/verbs/test-notice.ts';
import type { DeliveryId } from '../domain/routing/notice.ts';
import type { TryWay } from '../http/way-trial.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import { openWays, type WaysParts } from './ways.ts';

/** The audit log says so much of the name of a receiver. */
const NAME_CHARS_MAX = 200;

export interface WayTrialParts {
  readonly core: WaysParts['core'] & Pick<Core, 'desk'>;
  readonly configuration: Pick<Configuration, 'typed'>;
  readonly ways: Omit<WaysParts, 'core'>;
}

/** Tests of ways as they were typed. */
export const openWayTrial =
  ({ core, configuration, ways }: WayTrialParts): TryWay =>
  async ({ text, to, by }) => {
    const secrets = passingSecrets(ways.secrets);
    const read = configuration.typed(text, secrets.keep);
    if ('faults' in read) return { ok: false, faults: read.faults };
    const { desk, clock } = core;
    const receiver = oneLine(to.receiver, NAME_CHARS_MAX);
    await desk.act(by, { verb: 'notify.try', receiver, kind: to.kind });
    const way = openWays(read.document, read.templates, { ...ways, core, secrets })(to);
    const id = `try-${randomUUID()}` as DeliveryId;
    const notice = { ...testOf(to, to.receiver, clock.now()), id };
    return { ok: true, ended: await tryOnce(way, notice, clock).ended };
  };

/** Typed secrets for as long as one send takes, before those that are kept. */
function passingSecrets(kept: Pick<Secrets, 'get'>): Pick<Secrets, 'get' | 'keep'> {
  const typed: string[] = [];
  const prefix = `typed-${randomUUID()}-`;
  return {
    keep: (value) => `${prefix}${typed.push(value) - 1}`,
    get: (ref) =>
      ref.startsWith(prefix) ? typed[Number(ref.slice(prefix.length))] : kept.get(ref),
  };
}
