/**
 * What a network and its servers say in syslog, made up with a seed: of 100 lines 65 are servers'
 * and firewalls' daily words, 25 those of routers, 5 tell of links and peers that go and come, 5
 * are errors no rule knows. Numbers, addresses and processes differ from line to line.
 */
export interface Said {
  readonly line: string;
  /** Becomes an event: a rule knows it, or it is an error. */
  readonly isEvent: boolean;
}

const DEVICES = 1_000;
const PORTS = 48;

export function* lines(count: number, seed: number): Generator<Said> {
  let state = seed || 1;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (let i = 0; i < count; i++) {
    const dice = random(100);
    const kinds = dice < 65 ? DAILY : dice < 90 ? ROUTERS : dice < 95 ? STATES : ERRORS;
    const make = kinds[random(kinds.length)] as Make;
    yield { line: make(random, clock(i)), isEvent: dice >= 90 };
  }
}

type Random = (below: number) => number;
type Make = (random: Random, clock: string) => string;

const clock = (i: number): string => {
  const second = Math.floor(i / 1_000) % 86_400;
  const two = (n: number): string => String(n).padStart(2, '0');
  const minute = Math.floor(second / 60);
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`;
};
const address = (random: Random): string => `10.${random(250)}.${random(250)}.${1 + random(250)}`;
const host = (random: Random): string => `web-${random(DEVICES)}.example.net`;
const router = (random: Random): string => `core-${random(DEVICES)}`;
const port = (random: Random): string => `GigabitEthernet${random(4)}/0/${random(PORTS)}`;
const pid = (random: Random): number => 1_000 + random(60_000);

const DAILY: readonly Make[] = [
  (r, at) =>
    `<86>Jul 23 ${at} ${host(r)} sshd[${pid(r)}]: Accepted publickey for deploy from ` +
    `${address(r)} port ${pid(r)} ssh2: ED25519 SHA256:9mPZ0c2hbG9zZS1lbm91Z2gtZm9yLWE`,
  (r, at) =>
    `<78>Jul 23 ${at} ${host(r)} CRON[${pid(r)}]: (root) CMD (run-parts --report /etc/cron.hourly)`,
  (r, at) =>
    `<30>2026-07-23T${at}.${100_000 + r(800_000)}+02:00 ${host(r)} systemd[1]: ` +
    `session-${pid(r)}.scope: Deactivated successfully.`,
  (r, at) =>
    `<134>1 2026-07-23T${at}.${100 + r(900)}Z ${host(r)} nginx ${pid(r)} access - ${address(r)} ` +
    `"GET /api/v1/orders/${r(100_000)} HTTP/1.1" 200 ${r(9_000)} "-" "curl/8.5.0"`,
  (r, at) =>
    `<166>Jul 23 2026 ${at} fw-${r(8)} : %ASA-6-302013: Built outbound TCP connection ` +
    `${pid(r)} for outside:${address(r)}/443 (${address(r)}/443) to inside:${address(r)}/${pid(r)}`,
  (r, at) =>
    `<30>Jul 23 ${at} dhcp-1 dhcpd[812]: DHCPACK on ${address(r)} to 00:16:3e:${10 + r(80)}:` +
    `${10 + r(80)}:${10 + r(80)} via eth0`,
  (r, at) =>
    `<6>Jul 23 ${at} ${host(r)} kernel: [${pid(r)}.${r(999_999)}] audit: type=1400 ` +
    `apparmor="ALLOWED" operation="open" profile="mysqld" pid=${pid(r)} comm="mysqld"`,
];

const ROUTERS: readonly Make[] = [
  (r, at) =>
    `<189>${pid(r)}: ${router(r)}: Jul 23 ${at}.${100 + r(900)} UTC: %SYS-5-CONFIG_I: Configured ` +
    `from console by ops on vty0 (${address(r)})`,
  (r, at) =>
    `<189>Jul 23 ${at} ${router(r)} mgd[${pid(r)}]: UI_CMDLINE_READ_LINE: User 'ops', command ` +
    `'show interfaces terse | match ${r(100)}'`,
  (r, at) =>
    `<190>${pid(r)}: Jul 23 ${at}: %SEC-6-IPACCESSLOGP: list 101 denied tcp ` +
    `${address(r)}(${pid(r)}) -> ${address(r)}(22), 1 packet`,
  (r, at) =>
    `<188>1 2026-07-23T${at}Z ${router(r)} rpd ${pid(r)} RPD_RT_PREFIX_LIMIT ` +
    `[junos@2636.1.1.1.2.137 table="inet.0" limit="${r(9_000)}"] prefix limit threshold`,
];

const STATES: readonly Make[] = [
  (r, at) =>
    `<187>${pid(r)}: ${router(r)}: Jul 23 ${at}.${100 + r(900)} UTC: %LINK-3-UPDOWN: Interface ` +
    `${port(r)}, changed state to ${r(2) === 0 ? 'down' : 'up'}`,
  (r, at) =>
    `<189>Jul 23 ${at} ${router(r)}: %LINEPROTO-5-UPDOWN: Line protocol on Interface ${port(r)}, ` +
    `changed state to ${r(2) === 0 ? 'down' : 'up'}`,
  (r, at) =>
    `<28>Jul 23 ${at} ${router(r)} mib2d[1424]: SNMP_TRAP_LINK_DOWN: ifIndex 512, ifAdminStatus ` +
    `up(1), ifOperStatus down(2), ifName ge-0/0/${r(PORTS)}`,
  (r, at) =>
    `<28>Jul 23 ${at} ${router(r)} mib2d[1424]: SNMP_TRAP_LINK_UP: ifIndex 512, ifAdminStatus ` +
    `up(1), ifOperStatus up(1), ifName ge-0/0/${r(PORTS)}`,
  (r, at) =>
    `<189>${pid(r)}: ${router(r)}: Jul 23 ${at}.${100 + r(900)} UTC: %BGP-5-ADJCHANGE: neighbor ` +
    `10.0.0.${r(16)} ${r(2) === 0 ? 'Down BGP Notification sent' : 'Up'}`,
];

const ERRORS: readonly Make[] = [
  (r, at) =>
    `<11>Jul 23 ${at} ${host(r)} orders[${pid(r)}]: request ${pid(r)} failed: timeout after ` +
    `${r(30_000)} ms talking to ${address(r)}:5432`,
  (r, at) =>
    `<27>1 2026-07-23T${at}.${100 + r(900)}Z ${host(r)} postgres ${pid(r)} - - ERROR: deadlock ` +
    `detected, process ${pid(r)} waits for ShareLock on transaction ${pid(r)}`,
];
