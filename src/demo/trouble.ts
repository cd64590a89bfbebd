import { type Millis, seconds } from '../base/time.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import type { Chance } from './chance.ts';
import { DUCTS, isHub, router, SITES, uplink } from './network.ts';
import { alert, bgpDown, type Fault, linkDown, notice, trap } from './tell.ts';

/** What happens at one moment of a trouble. */
export type Step =
  | { readonly is: 'raise' | 'clear'; readonly wait: Millis; readonly faults: readonly Fault[] }
  | {
      readonly is: 'change';
      readonly wait: Millis;
      readonly fault: Fault;
      readonly severity: Severity;
      readonly text: string;
    }
  | {
      readonly is: 'acknowledge' | 'comment' | 'close';
      readonly wait: Millis;
      readonly fault: Fault;
      readonly note: string;
    };

/** One thing that goes wrong and is over some time later. `wait` counts from the step before. */
export interface Trouble {
  readonly name: string;
  /** Nothing else may happen to these meanwhile. */
  readonly uses: readonly string[];
  readonly steps: readonly Step[];
}

type Teller = (chance: Chance) => Trouble;

const EDGE = SITES.filter((s) => !isHub(s));

/** Sites the opening scene needs as it left them. */
const SCENE_SITES = new Set(['bts', 'vno', 'gdn', 'lju', 'opo', 'wro', 'aar', 'lis', 'bud', 'nte']);
const CALM = EDGE.filter((s) => !SCENE_SITES.has(s.code));

const wait = (chance: Chance, from: number, to: number): Millis =>
  seconds(chance.between(from, to));

const uplinkDown = (code: string, severity: Severity): readonly Fault[] => {
  const link = uplink(code);
  return link === undefined ? [] : [linkDown(link.ends[0], severity)];
};

const flappingLink: Teller = (chance) => {
  const { code } = chance.pick(CALM);
  const faults = uplinkDown(code, 'major');
  const steps: Step[] = [];
  for (let left = chance.between(4, 9); left > 0; left--)
    steps.push(
      { is: 'raise', wait: wait(chance, 2, 9), faults },
      { is: 'clear', wait: wait(chance, 2, 6), faults },
    );
  return { name: 'flapping link', uses: [`link ${code}`], steps };
};

/** Five sites go dark one after the other, and come back in the order they are spliced. */
const fibreCut: Teller = (chance) => {
  const duct = chance.pick(DUCTS);
  const dark = duct.sites.map((code): readonly Fault[] => [
    ...(uplink(code)?.ends ?? []).map((end) => linkDown(end, 'critical')),
    alert(
      'SiteUnreachable',
      router(code),
      code,
      'critical',
      `No answer from ${router(code)}: the site is offline`,
      'ping',
    ),
  ]);
  const [first] = dark[0] ?? [];
  const steps: Step[] = dark.map((faults, i) => ({
    is: 'raise',
    wait: i === 0 ? seconds(0) : wait(chance, 1, 2),
    faults,
  }));
  if (first !== undefined) {
    const note = `All of the ${duct.name}: somebody is digging. Calling the carrier.`;
    steps.push({ is: 'acknowledge', wait: wait(chance, 10, 20), fault: first, note });
    const spliced = 'Carrier: found, splicing has begun.';
    steps.push({ is: 'comment', wait: wait(chance, 15, 25), fault: first, note: spliced });
  }
  for (const faults of dark) steps.push({ is: 'clear', wait: wait(chance, 5, 15), faults });
  return {
    name: 'fibre cut',
    uses: ['duct', ...duct.sites.flatMap((code) => [`link ${code}`, `site ${code}`])],
    steps,
  };
};

const FEEDS = [
  ['feed/forecast-grid', 'Forecast grid'],
  ['feed/seismic-picks', 'Seismic picks'],
  ['feed/air-quality', 'Air quality readings'],
] as const;

const lateFeed: Teller = (chance) => {
  const [resource, name] = chance.pick(FEEDS);
  const late = notice(resource, 'feed.late', 'warning', `${name} 10 min late (limit 10 min)`);
  const steps: Step[] = [
    { is: 'raise', wait: seconds(0), faults: [late] },
    {
      is: 'change',
      wait: wait(chance, 15, 30),
      fault: late,
      severity: 'major',
      text: `${name} 45 min late (limit 10 min)`,
    },
    { is: 'clear', wait: wait(chance, 15, 40), faults: [late] },
  ];
  return { name: 'late feed', uses: [resource], steps };
};

const onBattery: Teller = (chance) => {
  const { code, city } = chance.pick(CALM);
  const device = `${code}-ups-1`;
  const battery = trap(device, code, 'ups.battery', 'major', 'On battery, 42 min left');
  const steps: Step[] = [{ is: 'raise', wait: seconds(0), faults: [battery] }];
  if (chance.happens(40)) {
    const text = 'On battery, 6 min left';
    const worse = { fault: battery, severity: 'critical' as const, text };
    steps.push({ is: 'change', wait: wait(chance, 15, 30), ...worse });
    const note = `${city}: the campus starts the diesel.`;
    steps.push({ is: 'acknowledge', wait: wait(chance, 4, 9), fault: battery, note });
  }
  steps.push({ is: 'clear', wait: wait(chance, 10, 40), faults: [battery] });
  return { name: 'on battery', uses: [`ups ${code}`], steps };
};

const SERVICES = [
  ['HttpErrorsHigh', 'wiki.northnet.example:443', 'par', 'minor', '5xx at 1.9 %', 'nginx'],
  ['ProbeSlow', 'dns-1.northnet.example:53', 'ams', 'warning', 'dns-1 answers in 140 ms', 'dns'],
  ['ProbeFailed', 'ntp-1.northnet.example:123', 'vie', 'minor', 'ntp-1 is silent', 'blackbox'],
  ['MailRejectsHigh', 'relay-2.northnet.example:25', 'mil', 'warning', '8 % rejected', 'postfix'],
  ['QueueBacklog', 'tickets.northnet.example:443', 'fra', 'minor', '900 jobs wait', 'tickets'],
  ['EduroamDown', 'radius-1.northnet.example:1812', 'waw', 'critical', 'No answer', 'blackbox'],
] as const;

/** The troubles of services, each of which comes and goes while the demo runs. */
export const SERVICE_FAULTS: readonly Fault[] = SERVICES.map(
  ([name, instance, at, severity, summary, job]) =>
    alert(name, instance, at, severity, summary, job),
);

const serviceFails: Teller = (chance) => {
  const fault = chance.pick(SERVICE_FAULTS);
  const faults = [fault];
  return {
    name: 'service fails',
    uses: [fault.event.resource],
    steps: [
      { is: 'raise', wait: seconds(0), faults },
      { is: 'clear', wait: wait(chance, 15, 60), faults },
    ],
  };
};

const fadingOptics: Teller = (chance) => {
  const { code } = chance.pick(CALM);
  const part = uplink(code)?.ends[0].name ?? 'xe-0/0/0';
  const say = (dbm: string): string => `Receive power ${dbm} dBm (limit -17)`;
  const more = { part };
  const light = trap(router(code), code, 'optical.power', 'warning', say('-17.1'), more);
  const grows = (severity: Severity, dbm: string): Step => ({
    is: 'change',
    wait: wait(chance, 8, 16),
    fault: light,
    severity,
    text: say(dbm),
  });
  return {
    name: 'fading optics',
    uses: [`optics ${code}`],
    steps: [
      { is: 'raise', wait: seconds(0), faults: [light] },
      grows('minor', '-18.4'),
      grows('major', '-20.2'),
      { is: 'clear', wait: wait(chance, 10, 25), faults: [light] },
    ],
  };
};

const lostSession: Teller = (chance) => {
  const { code, city } = chance.pick(CALM);
  const faults = [bgpDown(router(code), code, '203.0.113.9', `University of ${city}`)];
  return {
    name: 'lost session',
    uses: [`bgp ${code}`],
    steps: [
      { is: 'raise', wait: seconds(0), faults },
      { is: 'clear', wait: wait(chance, 12, 45), faults },
    ],
  };
};

const JOBS = [
  'job/accounting',
  'job/route-registry',
  'job/dns-zones',
  'job/telemetry-rollup',
] as const;

/** Nothing clears a job that failed: a person looks, and closes it. */
const failedJob: Teller = (chance) => {
  const resource = chance.pick(JOBS);
  const failed = notice(resource, 'job.failed', 'minor', 'Exit 1 after 3 tries', 'once');
  const note = 'Started by hand, ran through.';
  return {
    name: 'failed job',
    uses: [resource],
    steps: [
      { is: 'raise', wait: seconds(0), faults: [failed] },
      { is: 'close', wait: wait(chance, 25, 60), fault: failed, note },
    ],
  };
};

/** How often each kind comes, in parts of the sum. */
const TELLERS: readonly (readonly [parts: number, teller: Teller])[] = [
  [4, flappingLink],
  [2, fibreCut],
  [3, lateFeed],
  [3, onBattery],
  [5, serviceFails],
  [3, fadingOptics],
  [3, lostSession],
  [2, failedJob],
];

const PARTS = TELLERS.reduce((sum, [parts]) => sum + parts, 0);

/** The next trouble; the first of a seed is always the fibre cut, so that a newcomer sees it. */
export function nextTrouble(chance: Chance, isFirst: boolean): Trouble {
  if (isFirst) return fibreCut(chance);
  let at = chance.between(1, PARTS);
  for (const [parts, teller] of TELLERS) {
    at -= parts;
    if (at <= 0) return teller(chance);
  }
  return serviceFails(chance);
}
