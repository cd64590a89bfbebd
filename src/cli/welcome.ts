import type { Accounts } from '../desk/accounts.ts';
import type { Screen } from './command.ts';
import type { ServeOptions } from './serve-options.ts';
import { addressText } from './settings.ts';

export interface WelcomeParts {
  readonly accounts: Accounts;
  readonly options: ServeOptions;
  /** Where people reach the desk, without a slash at the end. */
  readonly url: string;
  /** Who can sign in to the demo. */
  readonly guests: readonly { readonly login: string; readonly who: string }[];
  readonly password: string;
  /** Whom the desk tells nothing; '' when it tells all. */
  readonly shadow: string;
  /** Sources that could not start, and why. */
  readonly notStarted: readonly { readonly name: string; readonly why: string }[];
}

/** Where devices send to, unless they are told otherwise. */
const TRAP_PORT = 162;
const TO_THE_PORT = 'Devices send to port 162; three ways to it: docs/guide/snmp.md';

/** What stands on the screen when the desk is up: where it is, and who can come in. */
export function welcome(parts: WelcomeParts, screen: Screen): void {
  const { accounts, options, url } = parts;
  const say = (name: string, what: string) => screen.write(`${name.padEnd(10)}${what}\n`);
  if (accounts.needsFirstAdmin()) {
    const link = accounts.people.newLink({ is: 'first-admin' });
    say('open', `${url}/welcome?link=${link}`);
    say('', 'This link makes you the first admin. It works once, for 24 hours.');
  }
  say('console', `${url}/`);
  if (options.demo) {
    say('', 'This is a demo: NORTHNET and its troubles are invented.');
    for (const { login, who } of parts.guests)
      say('sign in', `${login.padEnd(5)}/ ${parts.password}   ${who}`);
  }
  if (options.snmpListen) {
    say('traps', whereOf(parts, 'snmp', `udp ${addressText(options.snmpListen)}`));
    if (options.snmpListen.port !== TRAP_PORT) say('', TO_THE_PORT);
  }
  if (options.syslogListen) {
    say('syslog', whereOf(parts, 'syslog', `udp, tcp ${addressText(options.syslogListen)}`));
  }
  say('alerts', `POST ${url}/api/v2/alerts`);
  if (parts.shadow !== '') say('shadow', parts.shadow);
  say('data', options.dataFolder);
}

/** Where a source listens, or what keeps it from it. */
const whereOf = ({ notStarted }: WelcomeParts, source: string, where: string): string => {
  const failed = notStarted.find(({ name }) => name === source);
  return failed === undefined ? where : `none: ${failed.why}`;
};
