import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { notificationSettings } from '../../src/cli/notification-settings.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Secrets } from '../../src/ports/secrets.ts';
import { Configuration } from '../../src/wiring/configuration.ts';
import type { Core } from '../../src/wiring/core.ts';

/** A configuration that tells everybody by one webhook. */
export const HOOK = `route:
  receiver: ops
  group_by: [alertname]
  group_wait: 0s
receivers:
  - name: ops
    webhook_configs:
      - url: http://hook.example.org/in
        http_config:
          authorization:
            credentials: hush-hush
  - name: night
    webhook_configs:
      - url: http://night.example.org/in
`;

/** Keeps values as long as the test lives. */
export function memorySecrets(): Secrets {
  const kept = new Map<string, string>();
  return {
    keep(value) {
      const ref = `s${[...kept.values()].indexOf(value) + 1 || kept.size + 1}`;
      kept.set(ref, value);
      return ref;
    },
    get: (ref) => kept.get(ref),
    retain: (used) => {
      for (const ref of kept.keys()) if (!used.has(ref)) kept.delete(ref);
    },
    copyTo: () => Promise.resolve(),
    close: () => {},
  };
}

/** The configuration of a desk as the program has it; its folder goes when the tests end. */
export function configurationOf(
  desk: Desk,
  clock: Clock,
  configFile?: string,
  secrets: Secrets = memorySecrets(),
): Configuration {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
  after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const options = { dataFolder, configFile };
  const notifications = notificationSettings(undefined);
  // Users by their ids: names and logins are `people`, which this desk has none of.
  const find = (id: UserId) => desk.memory.get('users', id);
  const accounts = { people: { byLogin: () => undefined }, find };
  const core = { options, notifications, desk, clock, accounts, log: silentLog };
  return new Configuration(core as unknown as Core, secrets, 'both', () => {});
}
