import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '../../../test/support/kinds.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { ROTA_LIMITS } from '../../domain/rota/schedule.ts';
import { type Config, type ConfigOptions, loadConfig, readConfig } from '../read.ts';
import { NAME_CHARS_MAX } from './teams.ts';

const START = 'route: {receiver: a}\nreceivers: [{name: a}]\n';
const config = (text: string, options: ConfigOptions = {}): Config =>
  loadConfig(START + text, 'am.yml', KINDS, options);
const faults = (text: string, options: ConfigOptions = {}): string[] => {
  const read = readConfig(START + text, 'am.yml', KINDS, options);
  return 'faults' in read ? read.faults.map((f) => `${f.line - 2}:${f.column} ${f.why}`) : [];
};
/** One schedule with one layer, whose fields these are. */
const layerWith = (fields: string): string =>
  `schedules: [{name: s, layers: [{name: l, people: [ada], every: 1 week, start: 2026-01-05 09:00, ${fields}}]}]`;
const layer = (fields: string) => config(layerWith(fields)).duty?.schedules[0]?.layers[0];

const NOC = `
teams:
  - name: noc
    members: [ada, bob]
schedules:
  - name: noc-first
    time_zone: Europe/London
    layers:
      - name: weekly
        people: [ada, bob, [cyd, dan]]
        every: 1 week
        start: 2026-01-05 09:00
        until: 2027-01-04T09:00
        windows: [{ days: [monday:friday], from: '09:00', to: '17:00' }]
        restricted_days: count
        priority: 2
`;

test('teams and schedules are read, people by what the desk calls them', () => {
  const personOf = (name: string) => `u-${name}` as UserId;
  const { duty, zones } = config(NOC, { personOf });
  assert.deepEqual(zones, ['Europe/London']);
  assert.deepEqual(duty, {
    policies: [],
    teams: [{ name: 'noc', members: ['u-ada', 'u-bob'] }],
    schedules: [
      {
        name: 'noc-first',
        zone: 'Europe/London',
        layers: [
          {
            name: 'weekly',
            priority: 2,
            turns: [['u-ada'], ['u-bob'], ['u-cyd', 'u-dan']],
            every: { count: 1, unit: 'week' },
            start: { year: 2026, month: 1, day: 5, minute: 540 },
            until: { year: 2027, month: 1, day: 4, minute: 540 },
            windows: [{ weekdays: [1, 2, 3, 4, 5], from: 540, to: 1_020 }],
            restrictedDaysCount: true,
          },
        ],
      },
    ],
  });
});

test('without a desk people are taken as written; a file without the sections says nothing', () => {
  assert.deepEqual(config(NOC).duty?.teams[0]?.members, ['ada', 'bob']);
  assert.equal(config('').duty, undefined);
});

test('Alertmanager’s own tools are not shown the sections', () => {
  assert.doesNotMatch(config(NOC).original, /schedules|teams|noc/);
});

test('windows: days over the end of the week, the next day, named days, the end of the day', () => {
  const windows = (text: string) => layer(`windows: [${text}]`)?.windows;
  const sevenToSeven = '{days: [saturday:monday, wednesday], from: "19:00", to: "07:00"}';
  assert.deepEqual(windows(sevenToSeven), [{ weekdays: [0, 1, 3, 6], from: 1_140, to: 420 }]);
  assert.deepEqual(windows('{from: friday 20:00, to: monday 08:00}'), [
    { weekdays: [5], from: 1_200, to: 3 * 1_440 + 480 },
  ]);
  assert.deepEqual(windows('{from: monday 08:00, to: monday 08:00}'), [
    { weekdays: [1], from: 480, to: 7 * 1_440 + 480 },
  ]);
  assert.deepEqual(windows('{from: "18:00", to: "24:00"}')?.[0]?.to, 0);
  assert.deepEqual(windows('{from: friday 18:00, to: friday 24:00}'), [
    { weekdays: [5], from: 1_080, to: 1_440 },
  ]);
});

test('notices of hand-overs: at the change unless said otherwise, and before it', () => {
  const noticesOf = (text: string) =>
    config(`schedules: [{name: s, notices: ${text}}]`).duty?.schedules[0]?.notices;
  assert.deepEqual(noticesOf('{}'), { atHandover: true, before: 0 });
  assert.deepEqual(noticesOf('{at_handover: false, before: 168h}'), {
    atHandover: false,
    before: 168 * 3_600_000,
  });
  assert.equal(config('schedules: [{name: s}]').duty?.schedules[0]?.notices, undefined);
});

test('lengths of turns: one or many hours, days, weeks, months', () => {
  const lengths = ['1 hour', '12 hours', '2 days', '1 week', '3 Months', '1week'];
  assert.deepEqual(
    lengths.map((text) => {
      const { count, unit } = config(layerWith('').replace('1 week', text)).duty?.schedules[0]
        ?.layers[0]?.every ?? { count: 0, unit: '' };
      return `${count} ${unit}`;
    }),
    ['1 hour', '12 hour', '2 day', '1 week', '3 month', '1 week'],
  );
});

const nobody = { personOf: (name: string) => (name === 'ada' ? ('u1' as UserId) : undefined) };

/** What is written, what it must say; a place is a line after the two first and a column. */
const FAULTS: readonly (readonly [text: string, says: RegExp, options?: ConfigOptions])[] = [
  ['teams: [{name: t, members: [ada, bob]}]', /^1:34 there is no user "bob"/, nobody],
  ['teams: [{name: t, members: [ada, ada]}]', /^1:34 "ada" stands here for the second time/],
  ['teams: [{name: t, members: []}]', /at least 1 expected/],
  ['teams: [{name: t, members: [a]}, {name: t, members: [b]}]', /there are two teams "t"/],
  [layerWith('').replace('[ada]', '[[ada, bob]]'), /there is no user "bob"/, nobody],
  [layerWith('').replace('[ada]', '[bob]'), /there is no user "bob"/, nobody],
  [layerWith('').replace('[ada]', '[]'), /people: at least 1 expected/],
  [layerWith('').replace('[ada]', '[[]]'), /at least 1 expected/],
  ['schedules: [{name: s}, {name: s}]', /^1:31 there are two schedules "s"/],
  [
    'schedules: [{name: s, time_zone: Europe/Atlantis}]',
    /there is no time zone "Europe\/Atlantis"/,
  ],
  [layerWith('').replace('1 week', '0 weeks'), /every: "0 weeks" is not 1 to 1000 hours, days/],
  [layerWith('').replace('1 week', '2 fortnights'), /every: "2 fortnights" is not/],
  [layerWith('').replace('1 week', '1 wek'), /did you mean week\?/],
  [layerWith('').replace('2026-01-05', '2026-02-29'), /start: "2026-02-29 09:00" is not a date/],
  // case 31: minutes are the finest there is
  [layerWith('').replace('09:00', '09:00:30'), /start: "2026-01-05 09:00:30" is not a date/],
  [layerWith('until: 2026-01-05 09:00'), /until: "2026-01-05 09:00" is not after the start/],
  [layerWith('windows: [{from: "9:00", to: "17:00"}]'), /from: "9:00" is not HH:MM/],
  [layerWith('windows: [{from: frday 09:00, to: monday 08:00}]'), /did you mean friday\?/],
  [layerWith('windows: [{from: friday 09:00, to: "17:00"}]'), /name a day in both/],
  [layerWith('windows: [{days: [mon], from: "09:00", to: "17:00"}]'), /days: "mon" is no day/],
  [layerWith('windows: [{days: [], from: "09:00", to: "17:00"}]'), /days: at least 1 expected/],
  [layerWith('priority: -1'), /priority: "-1" is less than 0/],
  [layerWith('restricted_days: skp'), /did you mean skip\?/],
  ['schedules: [{name: s, notices: {before: 169h}}]', /before: at most 168h expected/],
  [layerWith('colour: red'), /a layer has no field "colour"/],
];

for (const [text, says, options] of FAULTS)
  test(`a fault at its place: ${says.source}`, () => {
    const found = faults(text, options);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', says);
  });

const many = (n: number, one: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => one(i)).join(', ');

/** What is made `n` of, and what is said of one too many. */
const LIMITED: readonly (readonly [max: number, text: (n: number) => string, says: RegExp])[] = [
  [
    ROTA_LIMITS.teams_max,
    (n) => `teams: [${many(n, (i) => `{name: t${i}, members: [a]}`)}]`,
    /more than 1000 items/,
  ],
  [
    ROTA_LIMITS.members_max,
    (n) => `teams: [{name: t, members: [${many(n, (i) => `p${i}`)}]}]`,
    /more than 200 items/,
  ],
  [
    ROTA_LIMITS.schedules_max,
    (n) => `schedules: [${many(n, (i) => `{name: s${i}}`)}]`,
    /more than 1000 items/,
  ],
  [
    ROTA_LIMITS.layers_max,
    (n) =>
      `schedules: [{name: s, layers: [${many(n, (i) => `{name: l${i}, people: [a], every: 1 day, start: 2026-01-05 09:00}`)}]}]`,
    /more than 30 items/,
  ],
  [
    ROTA_LIMITS.turns_max,
    (n) => layerWith('').replace('[ada]', `[${many(n, (i) => `p${i}`)}]`),
    /more than 50 items/,
  ],
  [
    ROTA_LIMITS.people_per_turn_max,
    (n) => layerWith('').replace('[ada]', `[[${many(n, (i) => `p${i}`)}]]`),
    /more than 10 items/,
  ],
  [
    ROTA_LIMITS.windows_max,
    (n) => layerWith(`windows: [${many(n, () => '{from: "09:00", to: "17:00"}')}]`),
    /more than 30 items/,
  ],
  [
    ROTA_LIMITS.every_max,
    (n) => layerWith('').replace('1 week', `${n} hours`),
    /is not 1 to 1000 hours/,
  ],
  [ROTA_LIMITS.priority_max, (n) => layerWith(`priority: ${n}`), /is more than 100/],
  [NAME_CHARS_MAX, (n) => `schedules: [{name: ${'s'.repeat(n)}}]`, /longer than 128 characters/],
];

for (const [max, text, says] of LIMITED)
  test(`at most ${max}: ${says.source}`, () => {
    assert.deepEqual(faults(text(max)), []);
    const found = faults(text(max + 1));
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', says);
  });
