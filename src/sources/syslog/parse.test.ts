import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, parseInstant } from '../../base/time.ts';
import { hasSecret, LINE_BYTES_MAX, lineText, parse, withoutSecrets } from './parse.ts';

const NOW = parseInstant('2026-07-23T12:00:00Z') as Instant;
const read = (line: string) => parse(lineText(Buffer.from(line)), NOW, false);

/** PRI and the rest of a line → severity, host, app, procid, tag and how the text begins. */
const DIALECTS: readonly (readonly [line: string, says: string])[] = [
  // RFC 3164 §5.4, and the same without what is missing in the wild
  ["<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "2|mymachine|su|||'su root' failed"],
  ['<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!', '5|10.0.0.99||||Use the BFG!'],
  [
    "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time",
    "5|mymachine|myproc|10||%% It's time",
  ],
  ['no header at all', '5|||||no header at all'],
  ['<191>kernel: eth0 is up', '7||kernel|||eth0 is up'],
  // Linux: RFC 3339 times, programs with numbers, units of systemd
  ['<30>2026-07-23T09:30:45.123456+02:00 web1 sshd[12]: Accepted', '6|web1|sshd|12||Accepted'],
  ['<30>Jul 23 09:30:45 web1 systemd[1]: nginx.service: Failed', '6|web1|systemd|1||nginx.'],
  ['<13>Jul 23 09:30:45 web1 my.app@2/x+y[a-b]: text', '5|web1|my.app@2/x+y|a-b||text'],
  // Cisco: numbers, names and cards before the time; marks of an unset clock; no host
  [
    '<189>2109: Jun 21 21:43:46: %DUAL-5-NBRCHANGE: EIGRP',
    '5||||DUAL-NBRCHANGE|%DUAL-5-NBRCHANGE: EIGRP',
  ],
  [
    '<187>R1: 000123: *Mar  1 00:01:02.345 UTC: %LINK-3-UPDOWN: Interface Gi0/1',
    '3|R1|||LINK-UPDOWN|%LINK-3-UPDOWN: Interface Gi0/1',
  ],
  [
    '<187>RP/0/RSP0/CPU0:Jan  1 10:11:12.123 : ifmgr[123]: %PKT_INFRA-LINK-3-UPDOWN : If',
    '3||ifmgr|123|PKT_INFRA-LINK-UPDOWN|%PKT_INFRA-LINK-3-UPDOWN : If',
  ],
  [
    '<189>: 2026 Jul 23 09:30:45.123 UTC: %ETHPORT-5-IF_UP: Interface Ethernet1/1',
    '5||||ETHPORT-IF_UP|%ETHPORT-5-IF_UP: Interface Ethernet1/1',
  ],
  [
    '<166>Jul 23 2026 09:30:45 fw1 : %ASA-6-302013: Built outbound',
    '6|fw1|||ASA-302013|%ASA-6-302013: Built',
  ],
  ['<166>%ASA-6-302013: Built outbound', '6||||ASA-302013|%ASA-6-302013: Built'],
  ['<187>Jul 23 09:30:45 sw1: %LINK-3-UPDOWN: x', '3|sw1|||LINK-UPDOWN|%LINK-3-UPDOWN: x'],
  // Juniper: BSD, explicit priority, structured
  [
    '<28>Jul 23 09:30:45 ex1 mib2d[1424]: SNMP_TRAP_LINK_DOWN: ifIndex 512',
    '4|ex1|mib2d|1424|SNMP_TRAP_LINK_DOWN|SNMP_TRAP_LINK_DOWN: ifIndex 512',
  ],
  [
    '<28>Jul 23 09:30:45 ex1 rpd[99]: %DAEMON-4-RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer',
    '4|ex1|rpd|99|RPD_BGP_NEIGHBOR_STATE_CHANGED|%DAEMON-4-RPD',
  ],
  [
    '<29>1 2026-07-23T09:30:45Z r1 mib2d 1424 SNMP_TRAP_LINK_UP [a@1 b="c"] ifIndex',
    '5|r1|mib2d|1424|SNMP_TRAP_LINK_UP|ifIndex',
  ],
  // Huawei, Meraki, Arista, FRR, MikroTik
  [
    '<190>2026-07-23 09:30:45 core %%01IFNET/4/LINK_STATE(l)[1]:The line protocol',
    '6|core|||IFNET/LINK_STATE|%%01IFNET/4/LINK_STATE(l)[1]:The line protocol',
  ],
  ['<134>1379967288.409907843 MX84 flows src=192.0.2.1', '6|MX84||||flows src=192.0.2.1'],
  [
    '<189>Jul 23 09:30:45 sw2 Ebra: %LINEPROTO-5-UPDOWN: Line protocol',
    '5|sw2|Ebra||LINEPROTO-UPDOWN|%LINEPROTO-5-UPDOWN: Line protocol',
  ],
  ['<30>interface,info ether1 link down', '6|||||interface,info ether1 link down'],
];

test('a line of any dialect gives its severity, host, program and tag', () => {
  for (const [line, says] of DIALECTS) {
    const message = read(line);
    if ('why' in message) assert.fail(`${line}: ${message.why}`);
    const { severity, host, app, procId, tag, text } = message;
    const begin = says.split('|').at(-1) ?? '';
    const got = [severity, host, app, procId, tag, text.slice(0, begin.length)].join('|');
    assert.equal(got, says, line);
  }
});

test('a line that says nothing is refused', () => {
  for (const line of ['', '<13>', '<13> \r\n', '<13>1 - - - - - -', '<13>\u0000']) {
    assert.deepEqual(read(line), { why: 'a message without a text' }, JSON.stringify(line));
  }
});

test('the priority is 0 to 191, and its absence is user.notice', () => {
  const of = (line: string): string => {
    const message = read(line);
    return 'why' in message ? message.why : `${message.facility}.${message.severity}`;
  };
  assert.equal(of('<0>x'), '0.0');
  assert.equal(of('<191>x'), '23.7');
  assert.equal(of('<192>x'), 'PRI 192 is not 0 to 191');
  assert.equal(of('<0191>x'), '23.7');
  assert.equal(of('<99999999999>x'), 'PRI 1000 is not 0 to 191');
  assert.equal(of('x'), '1.5');
  assert.equal(of('<>x'), '1.5');
  assert.equal(of('<1 >x'), '1.5');
});

test('a message that breaks RFC 5424 is read all the same, and says at which character', () => {
  const message = read('<165>1 2026-02-30T09:30:45Z r1 app - - - text');
  if ('why' in message) assert.fail(message.why);
  assert.match(message.malformed, /^character 7: TIMESTAMP is not one$/);
  assert.match(message.text, /r1 app - - - text$/);
});

test('a line is read up to its maximum, never half a character', () => {
  const at = `<13>${'x'.repeat(LINE_BYTES_MAX - 4)}`;
  assert.equal(lineText(Buffer.from(at)).length, LINE_BYTES_MAX);
  assert.equal(lineText(Buffer.from(`${at}y`)), at);
  const cut = lineText(Buffer.from(`<13>${'x'.repeat(LINE_BYTES_MAX - 5)}€`));
  assert.equal(cut, `<13>${'x'.repeat(LINE_BYTES_MAX - 5)}`);
});

test('bytes that are no UTF-8 are Latin-1: an accent may be lost, never a line', () => {
  assert.equal(lineText(Buffer.from('<13>caf\xe9', 'latin1')), '<13>café');
  assert.equal(lineText(Buffer.from('<13>café')), '<13>café');
});

test('what stands behind the name of a password is blotted out', () => {
  const said = withoutSecrets('<13>login password=hunter2, token: abc community=noc;x');
  assert.equal(said, '<13>login password=(redacted), token: (redacted) community=(redacted);x');
  for (const line of ['password=x', 'Token: y', '"secret":"z"']) assert.ok(hasSecret(line), line);
  for (const line of ['password', 'no token = 7', 'communities='])
    assert.ok(!hasSecret(line), line);
});

test('control characters and line feeds within a message become spaces', () => {
  const message = read('<13>Jul 23 09:30:45 h app: a\tb\nc\u001b[31md\u0085e');
  assert.equal('why' in message ? '' : message.text, 'a b c [31md e');
});
