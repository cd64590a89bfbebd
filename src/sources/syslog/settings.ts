import { type Static, Type } from 'typebox';

export const NAMES = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;
/** Rules of one desk beside those it knows already. */
export const RULES_MAX = 500;

const pattern = (description: string) =>
  Type.String({
    maxLength: 4_096,
    default: '',
    description: `${description} RE2 syntax, looked for anywhere in the text; empty: none.`,
  });

const template = (value: string, description: string) =>
  Type.String({ maxLength: 512, default: value, description });

/** One subject and the words that tell of it; the desk's own library has the same form. */
export const rule = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 128,
      default: 'rule',
      description: 'For people: it stands in the label `rule`.',
    }),
    match: Type.String({
      maxLength: 4_096,
      default: '',
      description:
        'Which lines it looks at: `app="sshd", severity=~"err|crit"`. Names: host, from, app, ' +
        'procid, msgid, tag, facility, severity. Empty: all lines.',
    }),
    raise: pattern('A line with this raises the alarm.'),
    clear: pattern('A line with this clears it; same groups as in `raise` where they are used.'),
    occurrence: pattern('A line with this is an event that nothing will clear.'),
    ignore: pattern('A line with this is counted and no more.'),
    resource: template('{host}', 'What is wrong; `{name}` is a group of the pattern or a field.'),
    type: template('syslog', 'The kind of alarm: `link`, `bgp.peer`.'),
    qualifier: template('', 'Tells apart alarms of one type on one resource.'),
    severity: Type.Enum(['', ...NAMES], {
      default: '',
      description: 'Severity of the alarm; empty: what the line says of itself.',
    }),
    text: template('{text}', 'What people read when it is raised.'),
    over: template('{text}', 'What people read when it is cleared.'),
  },
  { additionalProperties: false },
);

const port = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: -1, maximum: 65_535, description });

/** What an operator may set. Every field has a default; an unknown one is an error. */
export const settings = Type.Object(
  {
    address: Type.String({
      default: '127.0.0.1',
      minLength: 2,
      maxLength: 64,
      description: 'Address to listen on; 0.0.0.0 for all of IPv4, :: for all of IPv6 as well.',
    }),
    udp_port: port(1514, 'UDP port. Below 1024, as 514, needs the right to bind it. -1: off.'),
    tcp_port: port(1514, 'TCP port, both framings of RFC 6587. 0: any free one. -1: off.'),
    tls_port: port(-1, 'TLS port (RFC 5425), usually 6514. Needs certificate and key. -1: off.'),
    tls_certificate_file: Type.String({
      default: '',
      maxLength: 4_096,
      description: 'PEM file with the certificate and those between it and the authority.',
    }),
    tls_key_file: Type.String({
      default: '',
      maxLength: 4_096,
      description: 'PEM file of the key.',
    }),
    tls_client_ca_file: Type.String({
      default: '',
      maxLength: 4_096,
      description: 'PEM file of the authority of clients: only they may connect. Empty: anybody.',
    }),
    receive_buffer_bytes: Type.Integer({
      default: 4_194_304,
      minimum: 65_536,
      maximum: 268_435_456,
      description: 'UDP receive buffer to ask of the kernel, which grants at most rmem_max.',
    }),
    connections_max: Type.Integer({
      default: 1_000,
      minimum: 1,
      maximum: 10_000,
      description: 'TCP and TLS connections at once; further ones are closed and counted.',
    }),
    idle_seconds: Type.Integer({
      default: 3_600,
      minimum: 10,
      maximum: 604_800,
      description: 'A connection that says nothing for so long is closed.',
    }),
    device: Type.Enum(['message', 'sender'], {
      default: 'message',
      description:
        'What names the device: the host in the message, or the address it came from (always ' +
        'the address where the message names none).',
    }),
    times_without_zone: Type.Enum(['ignore', 'utc'], {
      default: 'ignore',
      description: 'Times without a zone: order is receipt, or they are read as UTC.',
    }),
    raise_up_to: Type.Integer({
      default: 3,
      minimum: -1,
      maximum: 7,
      description:
        'Lines no rule knows become an alarm up to this number: 0 emergency, 3 error, 4 warning, ' +
        '7 debug. -1: none. The rest is counted.',
    }),
    library: Type.Boolean({
      default: true,
      description: 'Use the rules for common devices that come with the desk, after your own.',
    }),
    fold_seconds: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 300,
      description: 'Repeats of one alarm within this become one report with a count.',
    }),
    rules: Type.Array(rule, {
      default: [],
      maxItems: RULES_MAX,
      description: 'Your own rules; the first that knows a line wins.',
    }),
  },
  { additionalProperties: false },
);

export type RuleSettings = Static<typeof rule>;
export type Settings = Static<typeof settings>;
