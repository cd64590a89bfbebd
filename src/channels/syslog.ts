import { createSocket } from 'node:dgram';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Static, Type } from 'typebox';
import { after, type Instant, instantText, millis } from '../base/time.ts';
import type { Notice, NotifiedAlert } from '../domain/routing/notice.ts';
import { cutBytes } from '../net/cut-bytes.ts';
import { hostAndPort, reachable } from '../net/host.ts';
import { HttpConfigSchema } from '../net/http-config.ts';
import { SendFault } from '../net/send-fault.ts';
import { plain, templated } from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import { tlsOptions } from '../net/tls.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

export const SYSLOG_LIMITS = {
  /** RFC 5426 §3.2: what every receiver over UDP should take. */
  udp_bytes_max: 2_048,
  /** RFC 5425 §4.3.1: what every receiver over TLS should take. */
  stream_bytes_max: 8_192,
  param_bytes_max: 255,
  /** Alarms of one notice; those beyond are told by their number. */
  alarms_max: 10_000,
  /** How long we wait for the far side to have read everything and close. */
  close_seconds_max: 2,
} as const;

const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
/** X.733 §8.1.1 as RFC 3877's registry writes them. */
const EVENT_TYPES = [
  'other',
  'communicationsAlarm',
  'qualityOfServiceAlarm',
  'processingErrorAlarm',
  'equipmentAlarm',
  'environmentalAlarm',
] as const;

const settings = Type.Object(
  {
    address: plain('Syslog receiver, host:port; usually port 514, with TLS 6514.'),
    transport: Type.Enum(['udp', 'tcp', 'tls'], {
      default: 'udp',
      description: 'udp (RFC 5426), tcp (RFC 6587, octet counting) or tls (RFC 5425).',
    }),
    tls_config: Type.Optional(
      Type.Object(HttpConfigSchema.properties.tls_config.properties, {
        additionalProperties: false,
        description: 'TLS towards the receiver.',
      }),
    ),
    facility: Type.Enum(FACILITIES, { default: 'daemon', description: 'Facility.' }),
    hostname: templated('HOSTNAME; empty: the host of the desk’s own address.'),
    app_name: templated('APP-NAME.', 'tocsin'),
    event_type: Type.Enum([...EVENT_TYPES], { default: 'other', description: 'eventType.' }),
    labels_sd_id: plain(
      'SD-ID of an element with all labels and the fingerprint, as `labels@32473` with the ' +
        'number of your enterprise; empty: none.',
    ),
  },
  { additionalProperties: false },
);
type SyslogSettings = Static<typeof settings>;

export interface SyslogMessage {
  /** Whole messages, in the order they are sent. */
  readonly lines: readonly string[];
}

/** Tells each alarm as a message of its own, with the structured data of RFC 5674. */
export const syslog: Channel<SyslogSettings, SyslogMessage> = {
  name: 'syslog',
  summary: 'Sends each alarm as a syslog message (RFC 5424) with alarm data (RFC 5674).',
  tried: 'recorded bodies',
  settings,
  sendResolved: true,
  faults(set) {
    const found: [string, string][] = [];
    if (!hostAndPort(set.address)) found.push(['address', 'host:port is expected']);
    if (set.labels_sd_id !== '' && !/^[!#-<>-\\^-~]{1,20}@\d{1,11}$/.test(set.labels_sd_id))
      found.push(['labels_sd_id', 'name@number is expected (RFC 5424 §6.3.2)']);
    return found;
  },
  render: (notice, set, rendering) => ({ lines: linesOf(notice, set, rendering) }),
  send: (message, set, world) =>
    talk(settings, { ...set, http_config: {} }, world, millis(0), ({ world: own }) =>
      set.transport === 'udp' ? overUdp(message, set, own) : overStream(message, set, own),
    ),
};

/** RFC 5674 §2; a clear has the number of a notice. */
const PRIORITY = { critical: 1, major: 2, minor: 3, warning: 4, indeterminate: 5, cleared: 5 };

function linesOf(notice: Notice, set: SyslogSettings, rendering: Rendering): readonly string[] {
  const max =
    set.transport === 'udp' ? SYSLOG_LIMITS.udp_bytes_max : SYSLOG_LIMITS.stream_bytes_max;
  const { ExternalURL: url } = rendering.data;
  const own = URL.canParse(url) ? new URL(url).hostname : '';
  const host = word(rendering.text(set.hostname) || own, 255);
  const app = word(rendering.text(set.app_name), 48);
  const at = (severity: keyof typeof PRIORITY) =>
    `<${FACILITIES.indexOf(set.facility) * 8 + PRIORITY[severity]}>1 ${instantText(notice.at)} ` +
    `${host} ${app} -`;
  const told = notice.alerts.slice(0, SYSLOG_LIMITS.alarms_max).map((alert) => {
    const severity = alert.status === 'resolved' ? 'cleared' : alert.severity;
    const data = `${alarmData(alert, severity, set, notice)}${labelData(alert, set)}`;
    return fitted(`${at(severity)} ALARM ${data}`, alert.text, max);
  });
  const more = notice.alerts.length - told.length;
  if (more > 0) told.push(fitted(`${at('indeterminate')} MORE -`, `and ${more} more alarms`, max));
  return told;
}

/** RFC 5674 §3. Resource and cause are what every source has: its instance and its kind. */
function alarmData(
  { labels, fingerprint, status }: NotifiedAlert,
  severity: keyof typeof PRIORITY,
  set: SyslogSettings,
  { reason }: Notice,
): string {
  const trend = status === 'resolved' ? 'lessSevere' : reason === 'repeat' ? 'noChange' : '';
  return element('alarm', [
    ['resource', labels.instance || fingerprint],
    ['probableCause', labels.alertname || 'other'],
    ['perceivedSeverity', severity],
    ['eventType', set.event_type],
    ...(trend ? [['trendIndication', trend] as const] : []),
  ]);
}

function labelData({ labels, fingerprint }: NotifiedAlert, set: SyslogSettings): string {
  if (set.labels_sd_id === '') return '';
  const all = Object.entries(labels).map(([name, value]) => [name, value] as const);
  return element(set.labels_sd_id, [['fingerprint', fingerprint], ...all]);
}

type Param = readonly [name: string, value: string];

/** RFC 5424 §6.3; names take no space, `=`, `"` and `]`, and have at most 32 characters. */
const element = (id: string, params: readonly Param[]): string =>
  `[${[id, ...params.map(([name, value]) => `${name32(name)}="${escaped(value)}"`)].join(' ')}]`;

const name32 = (name: string): string => name.replace(/[^!#-<>-\\^-~]/g, '_').slice(0, 32) || '_';

const escaped = (value: string): string =>
  cutBytes(value.replace(/\p{Cc}+/gu, ' '), SYSLOG_LIMITS.param_bytes_max).replace(
    /["\\\]]/g,
    (sign) => `\\${sign}`,
  );

/** A header field: printable ASCII without spaces, `-` for nothing. */
const word = (text: string, max: number): string =>
  text.replace(/[^!-~]/g, '').slice(0, max) || '-';

/** Text that is not plain ASCII is marked as UTF-8 (RFC 5424 §6.4); it is cut, never the data. */
function fitted(head: string, text: string, max: number): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
  const mark = /^[ -~]*$/.test(clean) ? '' : '\u{feff}';
  const room = max - Buffer.byteLength(`${head} ${mark}`);
  if (room > 3) return `${head} ${mark}${cutBytes(clean, room)}`;
  // Many long labels: without them the alarm itself is still told.
  const bare = head.slice(0, head.indexOf(']', head.indexOf('eventType=')) + 1);
  return bare === head || bare === '' ? cutBytes(head, max) : fitted(bare, text, max);
}

async function overUdp(
  { lines }: SyslogMessage,
  set: SyslogSettings,
  world: SendWorld,
): Promise<SendResult> {
  const { host, port } = await reachable('address', set.address, world);
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  const broken = new Promise<never>((_, reject) => socket.on('error', reject));
  broken.catch(() => {}); // it may break when nobody waits any more
  try {
    for (const line of lines) {
      world.signal.throwIfAborted();
      const sent = new Promise<void>((resolve, reject) => {
        socket.send(line, port, host, (error) => (error ? reject(error) : resolve()));
      });
      await Promise.race([sent, broken]);
    }
  } finally {
    socket.close();
  }
  return { is: 'sent', detail: `${told(lines)} over UDP; nobody confirms it` };
}

const told = ({ length }: readonly string[]): string =>
  `${length} ${length === 1 ? 'message' : 'messages'}`;

/**
 * All messages over one connection. Syslog confirms nothing: we close our side and wait until the
 * far side, having read it all, closes its own; one that keeps it open is not waited for longer.
 */
async function overStream(
  { lines }: SyslogMessage,
  set: SyslogSettings,
  world: SendWorld,
): Promise<SendResult> {
  const target = await reachable('address', set.address, world);
  const secure = set.transport === 'tls';
  const tls = secure ? await tlsOptions(set.tls_config, world) : {};
  world.signal.throwIfAborted();
  const name = tls.servername ?? target.name;
  const servername = isIP(name) ? {} : { servername: name };
  // A certificate is checked against the name as written, not against the address behind it.
  const raw = connect(target.port, target.host);
  const socket: Socket = secure
    ? connectTls({ socket: raw, host: name, ...tls, ...servername })
    : raw;
  await poured(socket, raw, lines, world);
  return { is: 'sent', detail: `${told(lines)} over ${set.transport.toUpperCase()}` };
}

function poured(
  socket: Socket,
  raw: Socket,
  lines: readonly string[],
  world: SendWorld,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let cancel = () => {};
    const end = (error?: Error) => {
      cancel();
      world.signal.removeEventListener('abort', abort);
      socket.destroy();
      raw.destroy();
      if (error) reject(error);
      else resolve();
    };
    const abort = () => end(new SendFault('no answer in time', false));
    const patience = millis(SYSLOG_LIMITS.close_seconds_max * 1000);
    let finished = false;
    world.signal.addEventListener('abort', abort, { once: true });
    raw.on('error', end);
    socket.on('error', end);
    socket.on('close', () =>
      finished ? end() : end(new SendFault('the connection was broken off', false)),
    );
    socket.on('data', () => {}); // else its end would never be read
    socket.on('finish', () => {
      finished = true;
      const now: Instant = world.clock.now();
      cancel = world.clock.at(after(now, patience), () => end());
    });
    socket.end(lines.map((line) => `${Buffer.byteLength(line)} ${line}`).join(''));
  });
}
