import type { Accounts } from '../desk/accounts.ts';
import type { Screen } from './command.ts';
import type { ServeOptions } from './serve-options.ts';
import { addressText } from './settings.ts';

export interface WelcomeParts {
  readonly accounts: Pick<Accounts, 'needsFirstAdmin'> & {
    readonly people: Pick<Accounts['people'], 'newLink'>;
  };
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
  const link = accounts.needsFirstAdmin()
    ? `${url}/welcome?link=${accounts.people.newLink({ is: 'first-admin' })}`
    : '';
  if (screen.isTerminal) screen.write(greeting(url, link));
  else {
    if (link !== '') {
      say('open', link);
      say('', 'This link makes you the first admin. It works once, for 24 hours.');
    }
    say('console', `${url}/`);
  }
  if (options.demo) {
    say('', 'This is a demo: NORTHNET and its troubles are invented.');
    for (const { login, who } of parts.guests)
      say('sign in', `${login.padEnd(5)}/ ${parts.password}   ${who}`);
  }
  if (screen.isTerminal) screen.write(TO_END);
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

/** For the one who started it: what to do now, before anything that is good to know. */
const greeting = (url: string, link: string): string =>
  link === ''
    ? `\nThe desk is up. Its console, for a browser:\n\n  ${url}/\n\n`
    : `\nThe desk is up. Open this link in a browser: it makes you the first admin.
It works once, for 24 hours.\n\n  ${link}\n
Then the console at ${url}/ shows how to send a first alarm.\n`;

const TO_END = 'Ctrl-C stops it; what it holds stays. Below: where it listens, then its log.\n\n';

/** Where a source listens, or what keeps it from it. */
const whereOf = ({ notStarted }: WelcomeParts, source: string, where: string): string => {
  const failed = notStarted.find(({ name }) => name === source);
  return failed === undefined ? where : `none: ${failed.why}`;
};
