import { resolve } from 'node:path';
import type { Command, Given, Option, World } from './command.ts';
import { heldLog } from './log.ts';
import { usage } from './parse.ts';
import {
  FAN_OUT_PROCESSES_MAX,
  type IngestWithoutToken,
  type LogFormat,
  type LogLevel,
  type ServeOptions,
} from './serve-options.ts';
import {
  addressExpected,
  type ListenAddress,
  mountOf,
  parseDuration,
  parseListenAddress,
} from './settings.ts';

const NOT_USED = 'Taken for compatibility, not used';

/** Flags of Alertmanager that change nothing here yet: taken, and said so once on stderr. */
const UNUSED: readonly Option[] = [
  {
    name: 'web.config.file',
    type: 'text',
    value: 'FILE',
    help: `${NOT_USED}: put TLS in front of the desk.`,
  },
  {
    name: 'web.get-concurrency',
    type: 'text',
    value: 'N',
    help: `${NOT_USED}: reads have limits.`,
  },
  { name: 'web.timeout', type: 'text', value: 'TIME', help: `${NOT_USED}: requests have limits.` },
  { name: 'web.systemd-socket', type: 'flag', help: `${NOT_USED}: the desk opens its own socket.` },
  { name: 'web.ui-path', type: 'text', value: 'FOLDER', help: `${NOT_USED}: it has a console.` },
  { name: 'log.silences', type: 'flag', help: `${NOT_USED}: the audit log has them.` },
  { name: 'auto-gomemlimit', type: 'flag', help: `${NOT_USED}: this is not Go.` },
  {
    name: 'auto-gomemlimit.*',
    type: 'text',
    value: 'VALUE',
    help: `${NOT_USED}: this is not Go.`,
  },
  {
    name: 'data.maintenance-interval',
    type: 'text',
    value: 'TIME',
    help: `${NOT_USED}: the desk writes as it goes.`,
  },
  {
    name: 'dispatch.maintenance-interval',
    type: 'text',
    value: 'TIME',
    help: `${NOT_USED}: groups go when they are empty.`,
  },
  {
    name: 'alerts.*',
    type: 'text',
    value: 'VALUE',
    help: `${NOT_USED}: alarms have limits of their own.`,
  },
  {
    name: 'silences.*',
    type: 'text',
    value: 'VALUE',
    help: `${NOT_USED}: silences have limits of their own.`,
  },
  {
    name: 'cluster.allow-insecure-public-advertise-address-discovery',
    type: 'flag',
    help: `${NOT_USED}: the desk is one process.`,
  },
  {
    name: 'cluster.*',
    type: 'text',
    value: 'VALUE',
    help: `${NOT_USED}: the desk is one process.`,
  },
];

const DATA: readonly Option[] = [
  {
    name: 'storage.path',
    type: 'text',
    value: 'FOLDER',
    default: './data',
    help: 'Where the journal and the history live.',
  },
  {
    name: 'data.retention',
    type: 'duration',
    default: '30d',
    help: 'How long the journal is kept: what a restart and a replay can go back to.',
  },
  {
    name: 'history.retention',
    type: 'duration',
    default: '400d',
    help: 'How long the history of alarms can be searched.',
  },
];

const WEB: readonly Option[] = [
  {
    name: 'web.listen-address',
    type: 'text',
    value: 'HOST:PORT',
    default: '127.0.0.1:9093',
    help:
      'Where console and API answer. `:9093` means this machine only; write 0.0.0.0:9093 to be ' +
      'reached from others; port 0 picks a free one.',
  },
  {
    name: 'web.external-url',
    type: 'text',
    value: 'URL',
    help: 'How people reach the desk: for links, and its path is the route prefix.',
  },
  {
    name: 'web.route-prefix',
    type: 'text',
    value: 'PATH',
    help: "Path below which the desk answers. Default: the external URL's path.",
  },
  {
    name: 'web.fan-out-processes',
    type: 'text',
    value: 'COUNT',
    default: '0',
    help:
      'Processes that hold the streams of open consoles, for desks with thousands of them: one ' +
      'for each 15,000. 0: the desk holds them itself.',
  },
  {
    name: 'snmp.listen-address',
    type: 'text',
    value: 'HOST:PORT',
    default: '127.0.0.1:1162',
    help: "Where SNMP traps and informs arrive (UDP). '' switches them off.",
  },
  {
    name: 'snmp.mibs',
    type: 'text',
    value: 'FOLDER',
    help: 'Folder of MIB modules that traps are named by. `tocsin mib check` looks them over.',
  },
  {
    name: 'syslog.listen-address',
    type: 'text',
    value: 'HOST:PORT',
    default: '127.0.0.1:1514',
    help: "Where syslog arrives (UDP and TCP). '' switches it off.",
  },
  {
    name: 'ingest.without-token',
    type: 'text',
    choices: ['loopback', 'anyone', 'nobody'],
    default: 'loopback',
    help: 'Who may hand in alarms without a token. Reading and acting always need one.',
  },
];

const LOG: readonly Option[] = [
  {
    name: 'log.level',
    type: 'text',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    help: 'The least important events that are logged.',
  },
  {
    name: 'log.format',
    type: 'text',
    choices: ['logfmt', 'json'],
    default: 'logfmt',
    help: 'How a line of the log is written, on stderr.',
  },
];

const FILES: readonly Option[] = [
  {
    name: 'config.file',
    type: 'text',
    value: 'FILE',
    help: 'An alertmanager.yml: who is told, how and when. Read again on SIGHUP.',
  },
  {
    name: 'settings',
    type: 'text',
    value: 'FILE',
    help: "Tocsin's own settings (tocsin.yml): sources, sign-in, notifications.",
  },
];

const FEATURES: readonly Option[] = [
  {
    name: 'enable-feature',
    type: 'list',
    value: 'NAME',
    help: 'classic-mode: only label names of ASCII letters, as before Alertmanager 0.27.',
  },
  {
    name: 'api.alertmanager-version',
    type: 'text',
    value: 'VERSION',
    help: 'What /api/v2/status says it is: amtool warns unless it is its own version.',
  },
  {
    name: 'notify.shadow',
    type: 'flag',
    help: 'Decides and writes down who would be told, and sends nothing: to run beside another.',
  },
  {
    name: 'dispatch.start-delay',
    type: 'text',
    value: 'TIME',
    help: 'No group is looked at before the start and so long. Default: 0s.',
  },
];

/** All but `--demo` and the ones without effect, for `serve` and `demo` alike. */
export const SERVE_OPTIONS: readonly Option[] = [...FILES, ...DATA, ...WEB, ...LOG];

export const serve: Command = {
  name: 'serve',
  summary: 'Runs the desk until it is stopped (Ctrl-C or SIGTERM).',
  about:
    'Takes the flags of Alertmanager, so that it can stand where Alertmanager stood; those that ' +
    'change nothing here are named once on stderr. A data folder belongs to one desk at a time.',
  args: [],
  options: [
    ...SERVE_OPTIONS,
    ...FEATURES,
    { name: 'demo', type: 'flag', help: 'As `tocsin demo`: an invented organisation, own data.' },
    ...UNUSED,
  ],
  examples: [
    { line: 'tocsin serve', does: 'Data in ./data, console on http://127.0.0.1:9093.' },
    {
      line: 'tocsin serve --config.file=/etc/alertmanager.yml --storage.path=/var/lib/tocsin',
      does: 'In the place of Alertmanager.',
    },
    {
      line:
        'tocsin serve --web.listen-address=0.0.0.0:9093 ' +
        '--web.external-url=https://desk.example.org/tocsin',
      does: 'Reached from outside, through a proxy that ends TLS.',
    },
    { line: 'tocsin serve --snmp.listen-address=0.0.0.0:162', does: 'Traps from the network.' },
  ],
  run(given, world) {
    const options = readServeOptions(given, world);
    if (options.demo) {
      const dataFolder = given.has('storage.path') ? options.dataFolder : demoFolder(world);
      return start({ ...options, dataFolder }, given, world, (ready, log, isUp) =>
        world.demo({ ...ready, seed: DEMO_SEED }, log, isUp),
      );
    }
    return start(options, given, world, world.serve);
  },
};

export const DEMO_SEED = 1;
export const demoFolder = (world: World): string => resolve(world.cwd, 'data-demo');

/**
 * Makes the log, says once what has no effect, and runs. On a terminal the first thing to read is
 * what to do: until the desk has said it, only what went wrong is logged.
 */
export async function start(
  options: ServeOptions,
  given: Given,
  world: World,
  run: World['serve'],
): Promise<number> {
  const { stdout, stderr } = world;
  const held = heldLog(
    {
      level: options.logLevel,
      format: options.logFormat,
      clock: world.clock,
      write: (line) => stderr.write(line),
    },
    stdout.isTerminal && stderr.isTerminal && !given.typed.includes('log.level'),
  );
  const flags = unusedFlags(given);
  if (flags.length > 0) held.log.warn('flags.unused', { flags: flags.join(' ') });
  if (stdout.isTerminal) stdout.write(`Tocsin ${world.version} starts …\n`);
  try {
    return await run(options, held.log, held.release);
  } finally {
    held.release(); // it never came up: what led there is worth reading
  }
}

/** The flags that were typed and change nothing, with their dashes. */
export function unusedFlags(given: Given): string[] {
  const isUnused = (name: string): boolean =>
    UNUSED.some((o) =>
      o.name.endsWith('*') ? name.startsWith(o.name.slice(0, -1)) : o.name === name,
    );
  return given.typed.filter(isUnused).map((name) => `--${name}`);
}

/** Everything `serve` was told, checked. Throws DeskError USAGE_INVALID. */
export function readServeOptions(given: Given, world: World): ServeOptions {
  const path = (name: string): string | undefined =>
    given.text(name) === '' ? undefined : resolve(world.cwd, given.text(name));
  const unused = given.typed.filter((name) => name.startsWith('cluster.'));
  const cluster = unused.includes('cluster.listen-address')
    ? given.text('cluster.listen-address')
    : '0.0.0.0:9094';
  const startDelay = given.typed.includes('dispatch.start-delay')
    ? given.text('dispatch.start-delay')
    : '0s';
  return {
    dataFolder: resolve(world.cwd, given.text('storage.path')),
    configFile: path('config.file'),
    settingsFile: path('settings'),
    listen: address(given, 'web.listen-address'),
    fanOutProcesses: fanOutProcesses(given),
    mount: mountOf(given.text('web.external-url'), given.text('web.route-prefix')),
    logLevel: given.text('log.level') as LogLevel,
    logFormat: given.text('log.format') as LogFormat,
    journalKeep: keep(given, 'data.retention'),
    historyKeep: keep(given, 'history.retention'),
    snmpListen:
      given.text('snmp.listen-address') === '' ? undefined : address(given, 'snmp.listen-address'),
    snmpMibs: path('snmp.mibs'),
    syslogListen:
      given.text('syslog.listen-address') === ''
        ? undefined
        : address(given, 'syslog.listen-address'),
    ingestWithoutToken: given.text('ingest.without-token') as IngestWithoutToken,
    clusterAddress: cluster,
    features: given.typed.includes('enable-feature') ? featuresIn(given.all('enable-feature')) : [],
    shadow: given.typed.includes('notify.shadow') && given.flag('notify.shadow'),
    dispatchStartDelay: parseDuration(startDelay) ?? keepsNothing('dispatch.start-delay'),
    alertmanagerVersion: given.typed.includes('api.alertmanager-version')
      ? given.text('api.alertmanager-version')
      : undefined,
    demo: given.typed.includes('demo') && given.flag('demo'),
  };
}

function fanOutProcesses(given: Given): number {
  const text = given.text('web.fan-out-processes');
  const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= FAN_OUT_PROCESSES_MAX) return count;
  const expected = `a number of processes from 0 to ${FAN_OUT_PROCESSES_MAX}`;
  throw usage(`--web.fan-out-processes: "${text}" is not ${expected}`);
}

/** `a,b` is two, as Alertmanager takes them. */
const featuresIn = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(',')).filter((name) => name !== '');

function address(given: Given, name: string): ListenAddress {
  const found = parseListenAddress(given.text(name));
  if (found === undefined)
    throw usage(`--${name}: "${given.text(name)}" is not an address; write ${addressExpected}`);
  return found;
}

const keepsNothing = (name: string): never => {
  throw usage(`--${name}: write a length of time such as 5s`);
};

/** A journal or history kept for less than this would forget what is still on the screen. */
const KEEP_MIN_MS = 3_600_000;

function keep(given: Given, name: string) {
  const length = given.duration(name);
  if (length === undefined || length < KEEP_MIN_MS)
    throw usage(`--${name}: at least 1h; you asked for "${given.text(name)}"`);
  return length;
}
