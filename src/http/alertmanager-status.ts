import type { Clock } from '../base/clock.ts';
import type { Desk } from '../desk/desk.ts';
import type { Revision } from '../desk/tables.ts';
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
  /** A revision's text written anew with its defaults, as Alertmanager tells it. */
  readonly originalOf?: (revision: Revision) => string;
}

/** What Alertmanager's clients ask about the program behind the API. */
export function alertmanagerStatus(parts: StatusParts): AlertmanagerStatus {
  const { desk, clusterAddress } = parts;
  const newest = (): Revision | undefined => {
    let found: Revision | undefined;
    for (const revision of desk.memory.all('revisions')) {
      if (!found || revision.at >= found.at) found = revision;
    }
    return found;
  };
  let told: Told | undefined;
  const current = (): Told => {
    const revision = holding(desk) ?? newest();
    if (told && told.revision === revision) return told;
    const own = revision && (parts.originalOf?.(revision) ?? revision.text);
    const text = parseable(own ?? NO_CONFIG);
    told = { revision, text, receivers: parts.receiversOf(text) };
    return told;
  };
  return {
    version: parts.version,
    revision: '',
    buildDate: '',
    startedAt: parts.clock.now(),
    get peer() {
      return clusterAddress === '' ? undefined : { name: 'tocsin', address: parts.address() };
    },
    config: () => current().text,
    receivers: () => current().receivers,
  };
}

/** A configuration as it is told, made once for each revision. */
interface Told {
  readonly revision: Revision | undefined;
  readonly text: string;
  readonly receivers: readonly string[];
}

/** The revision whose routing holds. */
const holding = ({ memory }: Desk): Revision | undefined =>
  memory.get('revisions', memory.get('plans', 'plan')?.revision ?? '');

/** amtool before 0.26 reads a webhook's `url` as a URL, and `<secret>` alone is none. */
export const parseable = (config: string): string =>
  config.replace(
    /(?<![\w-])(["']?url["']?\s*:\s*)(["']?)<secret>\2(?![^\s,}\]])/g,
    '$1$2http://<secret>$2',
  );
