import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { parseInstant } from '../../src/base/time.ts';
import { EVENT_LIMITS, identify } from '../../src/domain/alarm/event.ts';
import { bookOf, INSTRUCTIONS_MAX } from '../../src/sources/syslog/book.ts';
import { RULES_MAX, type RuleSettings, settings } from '../../src/sources/syslog/settings.ts';
import { LOOKED_AT_CHARS_MAX, REPEATS_MAX } from '../../src/sources/syslog/translate.ts';
import { heard, said, settingsWith } from './lines.ts';

const ALARM = (rest: string): string =>
  `<165>1 2026-07-23T11:59:58.5Z r1 evntslog 7 ID47 [alarm ${rest}] BOM'd text`;

test('RFC 5674: perceivedSeverity wins over PRI, and the key is host, resource, type, cause', () => {
  const key = 'resource="su root" probableCause="unauthorizedAccessAttempt" eventType="securityS"';
  const [raise] = heard(ALARM(`${key} perceivedSeverity="major"`)).events;
  assert.equal(raise?.kind, 'raise');
  assert.equal(raise?.severity, 'major');
  assert.equal(raise?.id, identify('r1/su root', 'securityS.unauthorizedAccessAttempt', ''));
  assert.equal(raise?.at, parseInstant('2026-07-23T11:59:58.5Z'));
  assert.equal(raise?.labels['alarm.probableCause'], 'unauthorizedAccessAttempt');
  const [clear] = heard(ALARM(`${key} perceivedSeverity="cleared"`)).events;
  assert.deepEqual([clear?.kind, clear?.severity, clear?.id], ['clear', undefined, raise?.id]);
});

test('RFC 5674: an element without what it must have is no alarm', () => {
  for (const rest of [
    'resource="a" probableCause="b"',
    'resource="a" perceivedSeverity="major"',
    'probableCause="b" perceivedSeverity="major"',
    'resource="a" probableCause="b" perceivedSeverity="dreadful"',
  ]) {
    assert.deepEqual(heard(ALARM(rest)).events, [], rest); // PRI 165 is a notice
  }
});

test('lines no rule knows are an alarm up to a severity, one for each kind of line', () => {
  const line = (severity: number, pid: number): string =>
    `<${severity}>Jul 23 12:00:00 web1 app[${pid}]: worker ${pid} crashed`;
  const [one] = heard(line(3, 1)).events;
  assert.deepEqual([one?.kind, one?.severity, one?.type], ['occurrence', 'minor', 'syslog.app']);
  assert.equal(one?.text, 'worker 1 crashed');
  assert.equal(one?.id, heard(line(3, 99)).events[0]?.id);
  assert.notEqual(one?.id, heard(line(3, 1).replace('crashed', 'stuck')).events[0]?.id);
  assert.deepEqual(heard(line(4, 1)).events, []);
  assert.equal(heard(line(4, 1), settingsWith({ raise_up_to: 4 })).events[0]?.severity, 'warning');
  assert.deepEqual(heard(line(0, 1), settingsWith({ raise_up_to: -1 })).events, []);
  const severities = [0, 1, 2, 3].map((n) => heard(line(n, 1)).events[0]?.severity);
  assert.deepEqual(severities, ['critical', 'critical', 'major', 'minor']);
});

test('the device is the host of the message, or the address it came from', () => {
  const line = '<11>Jul 23 12:00:00 web1 app: x';
  assert.equal(heard(line).events[0]?.resource, 'web1');
  const bySender = settingsWith({ device: 'sender' });
  assert.equal(heard(line, bySender).events[0]?.resource, '192.0.2.1');
  assert.equal(heard('<11>app: x').events[0]?.resource, '192.0.2.1');
});

test('what rsyslog says of repeats is counted', () => {
  const line = (times: string): string =>
    `<11>Jul 23 12:00:00 web1 app: message repeated ${times} times: [ disk is full]`;
  const [event] = heard(line('5')).events;
  assert.deepEqual([event?.count, event?.text], [5, 'disk is full']);
  assert.equal(heard(line(String(REPEATS_MAX))).events[0]?.count, REPEATS_MAX);
  assert.equal(heard(line('999999999')).events[0]?.count, REPEATS_MAX);
  assert.equal(heard(line('0')).events[0]?.count, 1);
});

test('own rules come before the library, raise and clear by their groups, and can say nothing', () => {
  const rules = Value.Default(settings.properties.rules, [
    {
      name: 'pump',
      match: 'app="plc"',
      raise: 'pump (?P<pump>\\w+) has stopped: (?P<why>.*)',
      clear: 'pump (?P<pump>\\w+) runs',
      resource: 'plant/{pump}',
      type: 'pump',
      severity: 'critical',
      text: 'Pump {pump} stands still: {why}',
      over: 'Pump {pump} runs',
    },
    { name: 'noise', match: 'tag="LINK-UPDOWN"', ignore: 'GigabitEthernet0/9' },
  ]) as RuleSettings[];
  const own = settingsWith({ rules });
  const raised = said('plc: pump P7 has stopped: dry', own);
  assert.deepEqual(
    [raised.kind, raised.resource, raised.type, raised.severity, raised.text],
    ['raise', 'plant/P7', 'pump', 'critical', 'Pump P7 stands still: dry'],
  );
  assert.equal(raised.labels['rule'], 'pump');
  const cleared = said('plc: pump P7 runs', own);
  assert.deepEqual([cleared.kind, cleared.id, cleared.text], ['clear', raised.id, 'Pump P7 runs']);
  const link = (port: string): string =>
    `<187>Jul 23 12:00:00 r1: %LINK-3-UPDOWN: Interface ${port}, changed state to down`;
  assert.deepEqual(heard(link('GigabitEthernet0/9'), own).events, []);
  assert.equal(heard(link('GigabitEthernet0/1'), own).events.length, 1);
  const alone = settingsWith({ rules, library: false });
  assert.equal(heard(link('GigabitEthernet0/1'), alone).events[0]?.kind, 'occurrence');
});

test('a rule that cannot be used is told, and the others are used', () => {
  const rules = Value.Default(settings.properties.rules, [
    { name: 'bad', raise: '(' },
    { name: 'good', raise: 'fire' },
  ]) as RuleSettings[];
  const own = settingsWith({ rules });
  assert.match(bookOf(own).faults.join(), /^rule "bad": raise: /);
  assert.equal(said('fire', own).labels['rule'], 'good');
});

test('rules and the work of all their patterns have a maximum', () => {
  const rule = { name: 'r', raise: 'x{1000}' };
  const many = (count: number): unknown =>
    Value.Default(settings, { rules: Array(count).fill(rule) });
  assert.ok(Value.Check(settings, many(RULES_MAX)));
  assert.ok(!Value.Check(settings, many(RULES_MAX + 1)));
  const { faults } = bookOf(many(RULES_MAX) as never);
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', new RegExp(`together need more than ${INSTRUCTIONS_MAX} steps`));
});

test('rules look at the beginning of a line, as far as their maximum', () => {
  const rules = Value.Default(settings.properties.rules, [
    { name: 'end', raise: 'fire' },
  ]) as RuleSettings[];
  const own = settingsWith({ rules });
  const at = (chars: number): string => `<14>app: ${'x'.repeat(chars - 4)}fire`;
  assert.equal(heard(at(LOOKED_AT_CHARS_MAX), own).events[0]?.labels['rule'], 'end');
  assert.deepEqual(heard(at(LOOKED_AT_CHARS_MAX + 1), own).events, []);
});

test('structured data becomes labels, as many as there is room for, and no secret', () => {
  const params = Array.from({ length: 60 }, (_, i) => `p${i}="${i}"`).join(' ');
  const [event] = heard(`<11>1 - r1 app - - [x@1 userPassword="p1" ${params}] broken`).events;
  const own = Object.keys(event?.labels ?? {}).filter((name) => name.startsWith('x@1.'));
  assert.equal(own.length, 47); // 48, one of which was a secret
  assert.equal(event?.labels['x@1.p7'], '7');
  const [secret] = heard('<11>app: connect failed password=hunter2').events;
  assert.ok(!JSON.stringify(secret).includes('hunter2'));
});

test('the longest line keeps the limits of an event, whatever is blotted out in it', () => {
  const [event] = heard(`<11>app: ${'token=x '.repeat(2_000)}`).events;
  assert.ok((event?.raw?.length ?? 0) <= EVENT_LIMITS.raw_chars_max);
  assert.ok((event?.text.length ?? 0) <= EVENT_LIMITS.text_chars_max);
});
