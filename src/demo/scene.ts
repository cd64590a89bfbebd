import { days, hours, type Millis, minutes } from '../base/time.ts';
import { LINKS, type Port, router, uplink } from './network.ts';
import { alert, bgpDown, type Fault, linkDown, notice, trap } from './tell.ts';

/** What people did about it; `who` is a login of people.ts. */
export type Deed =
  | {
      readonly do: 'acknowledge' | 'comment' | 'close';
      readonly who: string;
      readonly note: string;
    }
  | { readonly do: 'ticket'; readonly who: string; readonly ticket: string }
  | { readonly do: 'assign'; readonly who: string; readonly to: string }
  | {
      readonly do: 'shelve';
      readonly who: string;
      readonly length: Millis;
      readonly reason: string;
    };

/** One alarm of the scene the demo opens with. */
export interface Prop {
  readonly fault: Fault;
  /** How long ago it began. */
  readonly ago: Millis;
  /** How long ago it ended; absent while it lasts. */
  readonly over?: Millis;
  /** Episodes before this one: how long ago each began, and how long it lasted. */
  readonly before: readonly (readonly [ago: Millis, lasted: Millis])[];
  /** It began less severe, and became what it is after this long. */
  readonly grewAfter?: Millis;
  readonly deeds: readonly Deed[];
}

type More = Partial<Pick<Prop, 'before' | 'grewAfter' | 'deeds' | 'over'>>;
const prop = (ago: Millis, fault: Fault, more: More = {}): Prop => ({
  fault,
  ago,
  before: [],
  deeds: [],
  ...more,
});

const has = (who: string, note: string): Deed => ({ do: 'acknowledge', who, note });
const says = (who: string, note: string): Deed => ({ do: 'comment', who, note });
const ticket = (number: number): Deed => ({
  do: 'ticket',
  who: 'nora',
  ticket: `https://tickets.northnet.example/NN-${number}`,
});

const backbone = (from: string, to: string): Port => {
  const ends = LINKS.flatMap((l) => l.ends);
  const found = ends.find((p) => p.router === router(from) && p.towards === router(to));
  return found ?? { router: router(from), name: 'et-0/0/0', site: from, towards: router(to) };
};

const port = (code: string): string => uplink(code)?.ends[0].name ?? 'xe-0/0/0';

/** The line that keeps anybody from taking this for a real network. */
export const NOTICE = notice(
  'demo/northnet',
  'demo.notice',
  'indeterminate',
  'This is a demo: NORTHNET, its sites and its troubles are invented. `tocsin serve` is your own.',
);

const CRITICAL: readonly Prop[] = [
  prop(minutes(37), linkDown(backbone('fra', 'mil'), 'critical'), {
    before: [[days(61), hours(5)]],
    deeds: [
      has('nora', 'Carrier confirms a cut near Basel, splice team leaves at noon.'),
      ticket(4711),
      says('nora', 'Traffic is on fra-par and vie-mil, 71 % at the peak. It will hold.'),
    ],
  }),
  prop(
    minutes(12),
    alert(
      'RouterUnreachable',
      router('bts'),
      'bts',
      'critical',
      'No answer from bts-access-1 for 5 minutes; Bratislava is offline',
      'ping',
    ),
    {
      before: [
        [days(9), minutes(18)],
        [days(40), minutes(52)],
      ],
      deeds: [has('ada', 'Power works on the campus until 14:00. They forgot to tell us, again.')],
    },
  ),
  prop(
    minutes(4),
    alert(
      'RadiusProxyDown',
      'radius-2.northnet.example:1812',
      'vie',
      'critical',
      'eduroam: radius-2 answers no request; radius-1 carries all logins',
      'blackbox',
    ),
    { before: [[days(2), minutes(3)]] },
  ),
];

const MAJOR: readonly Prop[] = [
  prop(minutes(37), linkDown(backbone('mil', 'fra'), 'major')),
  prop(minutes(36), bgpDown(router('mil'), 'mil', '192.0.2.33', 'transit Alpine IX'), {
    deeds: [says('nora', 'Follows from the cut; comes back with it.')],
  }),
  prop(
    minutes(110),
    notice('feed/precip-radar', 'feed.late', 'major', 'Radar images 95 min late (limit 30 min)'),
    {
      grewAfter: minutes(40),
      before: [
        [days(3), minutes(74)],
        [days(5), minutes(66)],
        [days(12), minutes(81)],
      ],
      deeds: [has('nora', 'The supplier restarts the compositor. Third time this month.')],
    },
  ),
  prop(minutes(22), trap('vno-ups-1', 'vno', 'ups.battery', 'major', 'On battery, 64 min left'), {
    before: [[days(31), minutes(9)]],
  }),
  prop(
    minutes(48),
    alert(
      'MailQueueLong',
      'relay-1.northnet.example:9154',
      'ams',
      'major',
      '4,812 mails wait on relay-1, the oldest for 41 min',
      'postfix',
    ),
  ),
  prop(
    hours(3),
    alert(
      'DiskAlmostFull',
      'logs-1.northnet.example:9100',
      'fra',
      'major',
      '/var/log on logs-1 is 96 % full',
      'node',
    ),
    {
      before: [[days(28), hours(2)]],
      deeds: [has('ada', 'Moving the old flow records to the archive, ends about 16:00.')],
    },
  ),
  prop(hours(6), trap(router('gdn'), 'gdn', 'fan.failed', 'major', 'Fan tray 1 failed'), {
    deeds: [has('nora', 'Spare is on its way, swap tomorrow 07:00.'), ticket(4698)],
  }),
];

const MINOR: readonly Prop[] = [
  prop(
    days(1),
    trap(router('lju'), 'lju', 'optical.power', 'minor', 'Receive power -17.8 dBm (limit -17)', {
      part: port('lju'),
    }),
    { deeds: [{ do: 'assign', who: 'ada', to: 'nora' }] },
  ),
  prop(
    hours(5),
    trap(router('opo'), 'opo', 'temperature.high', 'minor', 'Inlet 41 °C (limit 38)'),
    {
      before: [
        [days(1), hours(6)],
        [days(2), hours(7)],
        [days(3), hours(5)],
      ],
    },
  ),
  prop(
    days(3),
    trap(router('wro'), 'wro', 'power.supply', 'minor', 'PSU 2 failed, running on PSU 1'),
    {
      deeds: [has('nora', 'Replacement ordered.'), ticket(4655)],
    },
  ),
  prop(
    hours(2),
    trap(router('aar'), 'aar', 'link.errors', 'minor', '310 CRC errors a minute on xe-0/0/1', {
      part: 'xe-0/0/1',
    }),
  ),
  prop(hours(9), bgpDown(router('lis'), 'lis', '198.51.100.7', 'University of Lisbon'), {
    deeds: [
      {
        do: 'shelve',
        who: 'nora',
        length: hours(8),
        reason: 'The university moves its router today and calls when it is done.',
      },
    ],
  }),
  prop(
    minutes(15),
    alert(
      'DnsServfailRateHigh',
      'dns-3.northnet.example:9153',
      'cph',
      'minor',
      '3.1 % SERVFAIL on dns-3, normally below 0.2 %',
      'dns',
    ),
  ),
  prop(
    days(1),
    alert('NtpOffset', 'ntp-2.northnet.example:9100', 'par', 'minor', 'Clock is 38 ms off', 'node'),
  ),
  prop(
    hours(3),
    notice('feed/tide-gauges', 'feed.late', 'minor', '4 of 61 gauges have sent nothing for 3 h'),
    { before: [[days(8), hours(11)]] },
  ),
  prop(
    hours(7),
    notice('job/flow-export', 'job.failed', 'minor', 'Exit 3: 2 of 24 hours missing', 'once'),
    { deeds: [says('ada', 'Runs again tonight; the two hours can be filled in.')] },
  ),
];

const WARNING: readonly Prop[] = [
  prop(
    days(2),
    alert(
      'CertificateExpiresSoon',
      'portal.northnet.example:443',
      'ams',
      'warning',
      'Certificate of the portal expires in 12 days',
      'blackbox',
    ),
    { deeds: [{ do: 'assign', who: 'nora', to: 'ada' }] },
  ),
  prop(
    hours(11),
    alert(
      'DiskFillsIn4Days',
      'cache-2.northnet.example:9100',
      'mad',
      'warning',
      '/srv on cache-2 is full in 4 days at this rate',
      'node',
    ),
  ),
  prop(days(12), trap('grz-ups-1', 'grz', 'ups.battery.old', 'warning', 'Replace the battery'), {
    deeds: [
      {
        do: 'shelve',
        who: 'ada',
        length: days(20),
        reason: 'Batteries are ordered (order 88121), delivery in three weeks.',
      },
    ],
  }),
  prop(
    minutes(55),
    alert(
      'LatencyHigh',
      'probe-lis.northnet.example:9115',
      'lis',
      'warning',
      'Madrid to Lisbon 31 ms, normally 12 ms',
      'ping',
    ),
  ),
  prop(
    minutes(31),
    alert(
      'EduroamRejectsHigh',
      'radius-1.northnet.example:1812',
      'utr',
      'warning',
      '41 % of eduroam logins from Utrecht are refused',
      'radius',
    ),
  ),
  prop(
    hours(2),
    alert(
      'BackupOld',
      'backup-1.northnet.example:9100',
      'muc',
      'warning',
      'The last good backup of the wiki is 26 h old',
      'node',
    ),
  ),
  prop(
    hours(1),
    notice(
      'figure/lightpath-orders',
      'figure.low',
      'warning',
      '2 lightpath orders today, expected 8 to 20 by now',
    ),
  ),
  prop(minutes(70), notice('job/billing-export', 'job.late', 'warning', 'Not finished by 06:00')),
];

const INDETERMINATE: readonly Prop[] = [
  prop(
    minutes(26),
    trap(router('bud'), 'bud', 'trap.unknown', 'indeterminate', 'Trap 1.3.6.1.4.1.64500.7.1', {
      qualifier: '1.3.6.1.4.1.64500.7.1',
    }),
  ),
  prop(
    minutes(41),
    trap(router('nte'), 'nte', 'device.restarted', 'indeterminate', 'Cold start', { once: true }),
  ),
];

/** Over by now, some of it seen by nobody: what a shift finds when it begins. */
const OVER: readonly Prop[] = [
  prop(
    minutes(58),
    trap(router('krk'), 'krk', 'link.down', 'major', `Link down: ${port('krk')} to waw-core-1`, {
      part: port('krk'),
    }),
    { over: minutes(51), before: [[days(17), minutes(4)]] },
  ),
  prop(minutes(49), trap('trn-ups-1', 'trn', 'ups.battery', 'major', 'On battery'), {
    over: minutes(44),
    deeds: [has('nora', 'Thunderstorm over Turin.')],
  }),
  prop(
    minutes(35),
    alert('HttpErrorsHigh', 'portal.northnet.example:443', 'ams', 'minor', '5xx at 2.4 %', 'nginx'),
    { over: minutes(9) },
  ),
];

/** Everything that stands on the stage when the curtain rises. */
export const SCENE: readonly Prop[] = [
  prop(minutes(0), NOTICE),
  ...CRITICAL,
  ...MAJOR,
  ...MINOR,
  ...WARNING,
  ...INDETERMINATE,
  ...OVER,
];
