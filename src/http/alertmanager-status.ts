import type { Clock } from '../base/clock.ts';
import type { Desk } from '../desk/desk.ts';
import type { AlertmanagerStatus } from './alertmanager.ts';

/** Clients parse the configuration: without a file it is the smallest valid one. */
const NO_CONFIG = 'route:\n  receiver: none\nreceivers:\n- name: none\n';

export interface StatusParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly version: string;
  /** '' says that there is no cluster; else the desk names itself as its only peer. */
  readonly clusterAddress: string;
  readonly address: () => string;
  /** Names of the receivers in a configuration's text. */
  readonly receiversOf: (config: string) => readonly string[];
}

/** What Alertmanager's clients ask about the program behind the API. */
export function alertmanagerStatus(parts: StatusParts): AlertmanagerStatus {
  const { desk, clusterAddress } = parts;
  const config = (): string => {
    const [latest] = [...desk.memory.all('revisions')].sort((a, b) => b.at - a.at);
    return latest?.text ?? NO_CONFIG;
  };
  return {
    version: parts.version,
    revision: '',
    buildDate: '',
    startedAt: parts.clock.now(),
    get peer() {
      return clusterAddress === '' ? undefined : { name: 'tocsin', address: parts.address() };
    },
    config,
    receivers: () => parts.receiversOf(config()),
  };
}
