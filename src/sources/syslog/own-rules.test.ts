import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AT, settingsWith } from '../../../test/syslog/lines.ts';
import { OWN_RULES_LIMITS, readOwnRules } from './own-rules.ts';
import { EXAMPLE_RULES, syslogRules } from './own-rules-port.ts';

const input = (line: string) => ({
  body: Buffer.from(line),
  at: AT,
  from: '192.0.2.1',
  contentType: '',
});
const become = (rules: string, line: string, settings = settingsWith()): string =>
  syslogRules
    .translate(input(line), settings, rules)
    .events.map((e) => [e.kind, e.severity ?? '-', e.resource, e.type, e.text].join(' | '))
    .join('\n');

const PUMPS = `
rules:
  - name: pump
    match: app="plc"
    raise: 'pump (?P<pump>\\w+) stopped: (?P<why>.+)'
    clear: 'pump (?P<pump>\\w+) runs'
    ignore: 'pump test'
    resource: 'plant/{pump}'
    type: pump
    severity: critical
    text: 'Pump {pump} stands still: {why}'
    over: 'Pump {pump} runs'
`;

test('people say what a line is: raised and cleared by its groups, or ignored', () => {
  assert.deepEqual(syslogRules.check(PUMPS), []);
  assert.equal(
    become(PUMPS, '<11>Jul 23 12:00:00 hall3 plc: pump p7 stopped: dry'),
    'raise | critical | plant/p7 | pump | Pump p7 stands still: dry',
  );
  assert.equal(
    become(PUMPS, '<14>Jul 23 12:00:09 hall3 plc: pump p7 runs'),
    'clear | - | plant/p7 | pump | Pump p7 runs',
  );
  assert.equal(become(PUMPS, '<11>Jul 23 12:00:00 hall3 plc: pump test of p7'), '');
});

test('own rules come before those of the settings, and those before the library', () => {
  const line = '<187>Jul 23 12:00:00 r1: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down';
  const say = (severity: string): string =>
    `rules: [{match: tag="LINK-UPDOWN", raise: down, type: link, severity: ${severity}}]`;
  const { rules: mine } = readOwnRules(say('minor'));
  assert.equal(mine.length, 1);
  const [settingsRule] = [
    { ...settingsWith().rules[0], name: 's', match: '', raise: 'state to down', clear: '' },
  ];
  const withRule = settingsWith({
    rules: [
      {
        ...settingsRule,
        ...{ occurrence: '', ignore: '', resource: '{host}', type: 'link', qualifier: '' },
        ...{ severity: 'warning' as const, text: '{text}', over: '{text}' },
      },
    ],
  });
  assert.match(become('', line), /^raise \| major \| r1\/Gi0\/1 \|/);
  assert.match(become('', line, withRule), /^raise \| warning \|/);
  assert.match(become(say('minor'), line, withRule), /^raise \| minor \|/);
});

test('what is wrong with a text is told with its line and column, and then none of it is used', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['rules: 5', /^1:1: "rules:" and a list of rules expected/],
    ['- raise: x', /^1:1: "rules:" and a list/],
    ['rules:\n  - 7', /^2:5: a rule expected/],
    ['rules:\n  - match: app="a"', /^2:5: one of raise, clear, occurrence, ignore is needed/],
    ['rules:\n  - rise: x', /^2:5: a rule has no "rise"; did you mean raise\?/],
    ['rules:\n  - raise: x\n    raise: y', /^3:5: "raise" stands here for the second time/],
    ['rules:\n  - raise: [x]', /^2:12: raise: a text expected/],
    ['rules:\n  - raise: "("', /^2:12: raise: /],
    ['rules:\n  - raise: x\n    match: trap="a"', /^3:12: match: there is no trap; host, from/],
    ['rules:\n  - raise: x\n    severity: loud', /^3:15: severity: one of critical/],
    ['rules:\n  - raise: x\n    text: "{cause}"', /^3:11: text: it names \{cause\}, which raise/],
    ['rules: [', /^\d+:\d+: not YAML: /],
    ['['.repeat(30_000), /^1:\d+: /],
  ];
  for (const [text, want] of table) {
    const [fault] = syslogRules.check(text);
    assert.match(`${fault?.line}:${fault?.column}: ${fault?.why}`, want, text.slice(0, 60));
  }
  const line = '<11>Jul 23 12:00:00 hall3 plc: pump p7 stopped: dry';
  assert.equal(become(`${PUMPS}  - raise: '('\n`, line), become('', line));
});

test('a text, its rules, their parts, their faults and their patterns have maxima', () => {
  const { text_chars_max, rules_max, faults_max, instructions_max } = OWN_RULES_LIMITS;
  const why = (text: string): string => readOwnRules(text).faults[0]?.why ?? 'ok';
  assert.equal(why(`rules: []\n${'#'.repeat(text_chars_max - 10)}`), 'ok');
  assert.match(why(`rules: []\n${'#'.repeat(text_chars_max - 9)}`), /^longer than 65536/);
  const many = (count: number, rule: string): string => `rules:\n${`- ${rule}\n`.repeat(count)}`;
  assert.equal(why(many(rules_max, 'raise: x')), 'ok');
  assert.equal(why(many(rules_max + 1, 'raise: x')), `at most ${rules_max} rules`);
  assert.equal(why(`rules: [{raise: ${'x'.repeat(2_000)}}]`), 'ok');
  assert.match(why(`rules: [{raise: ${'x'.repeat(4_097)}}]`), /^raise: at most 4096/);
  assert.match(why(`rules: [{raise: x, text: ${'x'.repeat(513)}}]`), /^text: at most 512/);
  assert.equal(readOwnRules(many(faults_max + 50, 'rise: x')).faults.length, faults_max);
  const heavy = `raise: '${'(?:a|b){80}'.repeat(12)}'`;
  const { rules, faults } = readOwnRules(many(100, heavy));
  assert.equal(faults.length, 1);
  assert.match(faults[0]?.why ?? '', new RegExp(`need more than ${instructions_max} steps`));
  assert.equal(why(many(rules.length, heavy)), 'ok');
});

test('the example can be used, and what rules can name of a line is shown', () => {
  assert.deepEqual(syslogRules.check(EXAMPLE_RULES), []);
  assert.equal(
    become(EXAMPLE_RULES, '<11>Jul 23 12:00:00 s1 backup[7]: job till9 failed: no space'),
    'raise | minor | s1/till9 | backup.failed | Backup till9 failed: no space',
  );
  const fields = syslogRules.fields?.(input('<11>Jul 23 12:00:00 s1 backup[7]: no space')) ?? [];
  assert.deepEqual(
    fields.map(({ selector, value }) => `${selector}=${value}`),
    [
      ...['host=s1', 'from=192.0.2.1', 'app=backup', 'procid=7', 'facility=user', 'severity=err'],
      'text=no space',
    ],
  );
  assert.deepEqual(syslogRules.fields?.(input('<13>')), []);
});
