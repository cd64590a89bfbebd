import { CHANNELS } from '../channels/index.ts';
import { isClassic } from '../cli/source-settings.ts';
import { readConfig } from '../config/read.ts';
import type { AlertmanagerParts } from '../http/alertmanager.ts';
import { ALERTMANAGER_VERSION } from '../http/alertmanager-metrics.ts';
import { alertmanagerStatus } from '../http/alertmanager-status.ts';
import type { Core } from './core.ts';

/** What the desk says of itself and its configuration where Alertmanager's clients ask. */
export function alertmanagerParts(
  { options, desk, clock }: Core,
  address: () => string,
): AlertmanagerParts {
  const read = (text: string) => readConfig(text, 'the revision', CHANNELS, { isShown: true });
  const { clusterAddress, alertmanagerVersion: version = ALERTMANAGER_VERSION } = options;
  const status = alertmanagerStatus({
    ...{ desk, clock, version, clusterAddress, address },
    receiversOf: (text) => {
      const config = read(text);
      return 'faults' in config ? [] : config.plan.receivers.map(({ name }) => name);
    },
    originalOf: ({ text }) => {
      const config = read(text);
      return 'faults' in config ? text : config.original;
    },
  });
  return { desk, status, classicNames: isClassic(options) };
}
