import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant, instantText, parseInstant } from '../../src/base/time.ts';
import { offsetsOf } from '../../src/base/zones.ts';
import { type CalendarReport, compareCalendar } from '../../src/desk/calendar-import.ts';
import type { MaintenanceAct } from '../../src/desk/standing-acts.ts';
import { CALENDAR_LIMITS, readCalendarText } from '../../src/domain/rules/ical-lines.ts';
import type { Maintenance } from '../../src/domain/rules/maintenance.ts';
import { foldDesk, NORA } from '../console/desk.ts';
import { terms } from '../support/routing.ts';
import { calendar, NOTICE, SERIES } from './calendars.ts';
import { fuzzCalendars } from './fuzz.ts';

const at = (text: string): Instant => parseInstant(text) as Instant;
const NOW = at('2026-03-01T00:00:00Z');

/** A desk on the first of March, and what comes of calendars handed to it. */
function desk(now = NOW) {
  const d = foldDesk();
  d.clock.pass(now - d.clock.now());
  const say = (act: MaintenanceAct) => d.act(NORA, act);
  const wanted = { matchers: terms('site="nbg"'), things: [], owner: '' };
  const zones = { offsetsOf, floating: 'UTC' };
  const compare = (text: string, more: object = wanted) => {
    const parts = { memory: d.memory, wanted: { ...wanted, ...more }, zones, now: d.clock.now() };
    const run = compareCalendar(text, parts);
    for (;;) {
      const step = run.next();
      if (step.done === true) return step.value;
    }
  };
  const take = async (text: string, more?: object): Promise<readonly string[]> => {
    const { reports, fault } = compare(text, more);
    for (const { act } of reports) if (act) assert.equal((await say(act)).refused, undefined);
    return [...reports.map(said), ...(fault ? [`fault ${fault.line}: ${fault.why}`] : [])];
  };
  const works = (): readonly Maintenance[] => [...d.memory.all('maintenances')];
  const windows = (): readonly string[] =>
    works().flatMap((work) => work.windows.map(({ from, to }) => `${short(from)} ${short(to)}`));
  return { ...d, say, compare, take, works, windows };
}

const short = (moment: Instant): string => instantText(moment).slice(5, 16);
const said = ({ outcome, line, why }: CalendarReport): string =>
  why === '' ? `${line} ${outcome}` : `${line} ${outcome}: ${why}`;

const one = (...more: readonly string[]): string =>
  calendar(['UID:one@example.org', 'DTSTART:20260310T220000Z', 'DURATION:PT4H', ...more]);

test('a notice of a provider is planned, with who, what and why', async () => {
  const d = desk();
  assert.deepEqual(await d.take(NOTICE), ['5 taken']);
  const [work] = d.works();
  assert.deepEqual(d.windows(), ['03-10T22:00 03-11T04:00']);
  assert.equal(work?.name, 'Fibre works near Nuremberg, span 7');
  assert.equal(work?.owner, 'carrier.example');
  assert.match(
    work?.reason ?? '',
    /^carrier.example CHG0042; account 137.035999173; impact outage; /,
  );
  assert.match(work?.reason ?? '', /are down for up to two hours.\nQuestions/);
  assert.equal(work?.calendar?.uid, 'CHG0042@carrier.example');
});

test('the same again changes nothing, a later state the plan, an older one nothing', async () => {
  const d = desk();
  assert.deepEqual(await d.take(one('SEQUENCE:1')), ['2 taken']);
  assert.deepEqual(await d.take(one('SEQUENCE:1')), ['2 unchanged']);
  assert.deepEqual(await d.take(one('SEQUENCE:2').replace('PT4H', 'PT5H')), ['2 updated']);
  assert.deepEqual(d.windows(), ['03-10T22:00 03-11T03:00']);
  assert.deepEqual(await d.take(one('SEQUENCE:1')), [
    '2 unchanged: it is older than what holds (sequence 2)',
  ]);
  assert.deepEqual(await d.take(one('SEQUENCE:2')), ['2 updated'], 'a sender that forgot to count');
  assert.equal(d.works().length, 1);
});

test('a cancelled event ends the work, and the state before it does not bring it back', async () => {
  for (const how of ['STATUS:CANCELLED', 'X-MAINTNOTE-STATUS:CANCELLED']) {
    const d = desk();
    await d.take(one('SEQUENCE:1'));
    assert.deepEqual(await d.take(one('SEQUENCE:2', how)), ['2 ended: cancelled']);
    assert.deepEqual(d.windows(), []);
    assert.deepEqual(await d.take(one('SEQUENCE:2', how)), ['2 unchanged: it is over']);
    assert.deepEqual(await d.take(one('SEQUENCE:2')), ['2 unchanged: it was cancelled']);
    assert.deepEqual(await d.take(one('SEQUENCE:1')), [
      '2 unchanged: it is older than what holds (sequence 2)',
    ]);
    assert.deepEqual(await d.take(one('SEQUENCE:3')), ['2 updated'], 'it is on again');
  }
  const d = desk();
  await d.take(one());
  const method = one('SEQUENCE:1').replace('BEGIN:VEVENT', 'METHOD:CANCEL\nBEGIN:VEVENT');
  assert.deepEqual(await d.take(method.replace('DTSTART:20260310T220000Z\nDURATION:PT4H\n', '')), [
    '3 ended: cancelled',
  ]);
  assert.deepEqual(await desk().take(one('STATUS:CANCELLED')), ['2 refused: cancelled']);
});

test('what is tentative, harmless, over or without circuits is refused with why', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [one('X-MAINTNOTE-STATUS:TENTATIVE'), /^2 refused: it is tentative/],
    [one('X-MAINTNOTE-IMPACT:NO-IMPACT'), /^2 refused: no impact/],
    [one().replace('20260310', '20260210'), /^2 refused: it is over/],
    [one().replace('UID:one@example.org\n', ''), /^2 refused: UID of/],
    [one().replace('DURATION:PT4H\n', ''), /^4 refused: DTEND or DURATION expected/],
    [one().replace('PT4H', '4h'), /^5 refused: DURATION/],
    [
      one('DTEND:20260310T220000Z').replace('DURATION:PT4H\n', ''),
      /^5 refused: DTEND: an end after/,
    ],
    [one('RRULE:FREQ=YEARLY'), /^6 refused: RRULE: FREQ is YEARLY/],
    [one('RRULE:FREQ=DAILY;BYHOUR=3'), /^6 refused: RRULE: BYHOUR/],
    [
      one().replace(':20260310T220000Z', ';TZID=Mars/Olympus:20260310T220000'),
      /^4 refused: the time zone Mars/,
    ],
    [one().replace('20260310', '20261310'), /^4 refused: DTSTART: "20261310T220000Z" is no time/],
    [one().replace('PT4H', 'P91D'), /refused: windows\[0\]: at most 90 days/],
  ];
  for (const [text, wanted] of cases) {
    const [told = ''] = await desk().take(text);
    assert.match(told, wanted);
  }
  const [none = ''] = await desk().take(one(), { matchers: [] });
  assert.match(none, /^2 refused: it names no circuit \(X-MAINTNOTE-OBJECT-ID\)/);
  const [unknown = ''] = await desk().take(NOTICE, { matchers: [] });
  assert.match(
    unknown,
    /^5 refused: the inventory knows no NBG-OSL-1, NBG-PAR-2: say with matchers/,
  );
});

test('one bad event costs the others nothing', async () => {
  const d = desk();
  const text = calendar(
    ['UID:a', 'DTSTART:20260310T220000Z', 'DURATION:PT4H'],
    ['UID:b', 'DTSTART:soon', 'DURATION:PT4H'],
    ['UID:c', 'DTSTART:20260311T220000Z', 'DURATION:PT4H'],
  );
  assert.deepEqual(await d.take(text), [
    '2 taken',
    '9 refused: DTSTART: "soon" is no time',
    '12 taken',
  ]);
});

test('a series keeps its clock; single times are moved, left out and cancelled', async () => {
  const d = desk();
  assert.deepEqual(await d.take(SERIES), [
    '2 taken',
    '10 taken: one time of it',
    '16 taken: one time of it',
  ]);
  assert.deepEqual(d.windows(), [
    '03-03T21:00 03-03T23:00',
    '03-18T22:00 03-18T23:00',
    '03-31T20:00 03-31T22:00',
    '04-07T20:00 04-07T22:00',
    '04-14T20:00 04-14T22:00',
  ]);
  assert.deepEqual((await d.take(SERIES))[0], '2 unchanged');
  const single = calendar([
    'UID:series@example.org',
    'SEQUENCE:1',
    'RECURRENCE-ID;TZID=Europe/Vienna:20260331T220000',
    'DTSTART;TZID=Europe/Vienna:20260401T010000',
    'DURATION:PT1H',
  ]);
  assert.deepEqual(await d.take(single), ['2 updated']);
  assert.ok(
    d.windows().includes('03-31T23:00 04-01T00:00') &&
      !d.windows().includes('03-31T20:00 03-31T22:00'),
  );
  assert.match((await desk().take(single))[0] ?? '', /refused: what it changes one time of/);
});

test('days, zones of Windows, times without a zone and rules by position are read', async () => {
  const windows = async (...lines: readonly string[]) => {
    const d = desk();
    const told = await d.take(calendar(['UID:x', ...lines]));
    assert.deepEqual(told, ['2 taken']);
    return d.windows().slice(0, 2);
  };
  assert.deepEqual(await windows('DTSTART;VALUE=DATE:20260310'), ['03-10T00:00 03-11T00:00']);
  assert.deepEqual(
    await windows('DTSTART;TZID="W. Europe Standard Time":20260310T220000', 'DURATION:PT1H'),
    ['03-10T21:00 03-10T22:00'],
  );
  assert.deepEqual(
    await windows('DTSTART;TZID=/a.example/Tzfile/Europe/Vienna:20260310T220000', 'DURATION:PT1H'),
    ['03-10T21:00 03-10T22:00'],
  );
  assert.deepEqual(
    await windows(
      'DTSTART;TZID=Europe/Vienna:20260310T220000',
      'DTEND;TZID=America/New_York:20260310T180000',
    ),
    ['03-10T21:00 03-10T22:00'],
  );
  assert.deepEqual(await windows('DTSTART:20260310T220000', 'DURATION:P1W'), [
    '03-10T22:00 03-17T22:00',
  ]);
  assert.deepEqual(
    await windows(
      'DTSTART:20260310T220000',
      'DURATION:PT1H',
      'RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=2',
    ),
    ['03-10T22:00 03-10T23:00', '04-14T22:00 04-14T23:00'],
  );
  assert.deepEqual(
    await windows(
      'DTSTART:20260310T220000',
      'DURATION:PT1H',
      'RDATE;VALUE=PERIOD:20260312T220000/PT2H',
    ),
    ['03-10T22:00 03-10T23:00', '03-12T22:00 03-13T00:00'],
  );
});

test('what a person changed stays until the calendar says something else', async () => {
  const d = desk();
  await d.take(one('SEQUENCE:1'));
  const [work] = d.works() as [Maintenance];
  const { verb, ...rest } = { verb: 'maintenance.set' as const, ...plain(work) };
  const windows = [{ from: at('2026-03-12T00:00:00Z'), to: at('2026-03-12T01:00:00Z') }];
  await d.say({ verb, ...rest, maintenance: work.id, windows });
  assert.deepEqual(await d.take(one('SEQUENCE:1')), ['2 unchanged']);
  assert.deepEqual(d.windows(), ['03-12T00:00 03-12T01:00']);
  assert.deepEqual(await d.take(one('SEQUENCE:2', 'SUMMARY:x')), ['2 updated']);
  assert.deepEqual(d.windows(), ['03-10T22:00 03-11T02:00']);
});

const plain = ({ name, matchers, things, recurs, reason, owner }: Maintenance) => ({
  ...{ name, matchers, things, recurs, reason, owner },
});

test('a text that breaks off says where; what stood before it is taken', async () => {
  assert.deepEqual(await desk().take('hello'), ['fault 1: NAME:value expected']);
  assert.deepEqual(await desk().take('A:b'), ['fault 1: BEGIN:VCALENDAR expected']);
  assert.deepEqual(await desk().take(''), ['fault 1: BEGIN:VCALENDAR expected']);
  assert.deepEqual(await desk().take(one().replace('END:VCALENDAR', '')), [
    '2 taken',
    'fault 1: it has no END:VCALENDAR',
  ]);
  assert.deepEqual(await desk().take(one().replace('END:VEVENT', 'END:VTODO')), [
    'fault 6: END:VEVENT expected',
  ]);
});

test('calendars are as large as the limits and no larger', () => {
  const event = (n: number) => [`UID:${n}`, 'DTSTART:20260310T220000Z'];
  const many = (n: number) =>
    readCalendarText(calendar(...Array.from({ length: n }, (_, i) => event(i))));
  const { events_max, properties_max, depth_max, chars_max, uid_chars_max } = CALENDAR_LIMITS;
  assert.deepEqual(
    [many(events_max).events.length, many(events_max).fault],
    [events_max, undefined],
  );
  assert.equal(many(events_max + 1).events.length, events_max);
  assert.match(many(events_max + 1).fault?.why ?? '', /at most 1000 events/);
  const long = (n: number) => readCalendarText(calendar(Array<string>(n).fill('X:y'))).fault;
  assert.equal(long(properties_max), undefined);
  assert.match(long(properties_max + 1)?.why ?? '', /at most 1000 properties/);
  const deep = (n: number) =>
    readCalendarText(['BEGIN:VCALENDAR', ...Array<string>(n - 1).fill('BEGIN:X')].join('\n')).fault
      ?.why;
  assert.match(deep(depth_max) ?? '', /no END/);
  assert.match(deep(depth_max + 1) ?? '', /too much in each other/);
  const padded = (n: number) => readCalendarText(one().padEnd(n, '\n')).fault;
  assert.equal(padded(chars_max), undefined);
  assert.match(padded(chars_max + 1)?.why ?? '', /too long/);
  const uid = (n: number) =>
    desk().compare(calendar([`UID:${'u'.repeat(n)}`, 'DTSTART:20260310'])).reports[0];
  assert.equal(uid(uid_chars_max)?.outcome, 'taken');
  assert.equal(uid(uid_chars_max + 1)?.outcome, 'refused');
  const folded = `SUMMARY:${'x'.repeat(50)}${'\n y'.repeat(CALENDAR_LIMITS.line_chars_max)}`;
  const [read] = readCalendarText(calendar([folded])).events;
  assert.equal(
    read?.properties[0]?.value.length,
    CALENDAR_LIMITS.line_chars_max - 'SUMMARY:'.length,
  );
});

test('a notice in its folded form reads as the unfolded one; line ends may be any', () => {
  const unfolded = NOTICE.replaceAll('\r\n ', '');
  const values = (text: string) =>
    readCalendarText(text).events.map((e) => e.properties.map((p) => `${p.name}=${p.value}`));
  assert.deepEqual(values(NOTICE), values(unfolded));
  assert.deepEqual(values(NOTICE.replaceAll('\r\n', '\n')), values(NOTICE));
  assert.deepEqual(values(`\ufeff${NOTICE}`), values(NOTICE));
});

test('whatever a calendar holds, it is read to its end, and what is taken can be planned', () => {
  const { events, taken, refused } = fuzzCalendars(1, 1_500);
  assert.ok(events > 500 && taken > 300 && refused > 300, `${events} ${taken} ${refused}`);
});

test('a long series is renewed like other work', async () => {
  const d = desk();
  await d.take(
    calendar(['UID:d', 'DTSTART:20260301T220000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY']),
  );
  const [work] = d.works();
  assert.equal(work?.goesOn, true);
  assert.ok((work?.windows.at(-1)?.from ?? 0) > NOW + days(398));
  assert.equal(d.memory.get('maintenances', work?.id ?? '')?.by, NORA);
});
