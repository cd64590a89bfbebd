import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../crash/program.ts';
import { freePort } from '../syslog/desk.ts';

/** The real senders: `logger` of util-linux; rsyslog with its two libraries for TLS. */
const lacks = (program: string, name: string): string | false =>
  spawnSync(program, ['--version']).error !== undefined &&
  `${program} missing: apt-get install ${name}`;
const RSYSLOGD = existsSync('/usr/sbin/rsyslogd') ? '/usr/sbin/rsyslogd' : 'rsyslogd';
const noDriver = (driver: string): string | false =>
  globSync(`/usr/lib/{,*/}rsyslog/lmnsd_${driver === 'gtls' ? 'gtls' : 'ossl'}.so`).length === 0 &&
  `rsyslog has no ${driver}: apt-get install ${driver === 'gtls' ? 'rsyslog-gnutls' : 'rsyslog-openssl'}`;

const WAIT_MS_MAX = 180_000;
const LOOK_EVERY_MS = 50;
const pem = (name: string): string =>
  fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

async function until<T>(what: string, ready: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (performance.now() < deadline) {
    const found = await ready();
    if (found !== undefined) return found;
    await new Promise((again) => setTimeout(again, LOOK_EVERY_MS));
  }
  throw new Error(`waited in vain: ${what}`);
}

const sent = async (...args: readonly string[]): Promise<void> => {
  const [code] = (await once(spawn('logger', args), 'exit')) as [number];
  assert.equal(code, 0, `logger ${args.join(' ')}`);
};

interface Alarm {
  readonly resource: string;
  readonly severity: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly condition: { readonly is: string };
}

const RULES = `
    rules:
    - name: pump
      raise: 'pump (?P<pump>[\\w-]+) has stopped: (?P<why>.*)'
      clear: 'pump (?P<pump>[\\w-]+) runs'
      resource: 'plant/{pump}'
      type: pump
      severity: critical
      text: 'Pump {pump} stands still: {why}'
      over: 'Pump {pump} runs'
`;

/** A whole desk with syslog on ports of its own. */
class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-interop-'));
  port = 0;
  tlsPort = 0;
  desk: Program | undefined;

  async open(clientCa: boolean): Promise<this> {
    this.port = await freePort();
    this.tlsPort = await freePort();
    const settings = join(this.folder, 'tocsin.yml');
    const ca = clientCa ? `    tls_client_ca_file: ${pem('cert.pem')}\n` : '';
    const tls =
      `sources:\n  syslog:\n    tls_port: ${this.tlsPort}\n    fold_seconds: 0\n` +
      `    tls_certificate_file: ${pem('cert.pem')}\n    tls_key_file: ${pem('key.pem')}\n${ca}`;
    writeFileSync(settings, tls + RULES.slice(1));
    this.desk = await startProgram(join(this.folder, 'data'), [
      `--settings=${settings}`,
      `--syslog.listen-address=127.0.0.1:${this.port}`,
    ]);
    return this;
  }

  async alarm(resource: string, is: 'raised' | 'cleared'): Promise<Alarm | undefined> {
    const { desk } = this;
    const response = await fetch(`${desk?.url}/api/v1/alarms?state=any&limit=100`, {
      headers: { authorization: `Bearer ${desk?.token()}`, connection: 'close' },
    });
    const { items } = (await response.json()) as { items: Alarm[] };
    return items.find((one) => one.resource === resource && one.condition.is === is);
  }

  /** Says with `send` that the pump stops, and then that it runs; the desk must follow. */
  async follows(pump: string, send: (text: string) => Promise<void>): Promise<Alarm> {
    await send(`pump ${pump} has stopped: dry`);
    const raised = await until(`${pump} raised`, () => this.alarm(`plant/${pump}`, 'raised'));
    assert.deepEqual(
      [raised.severity, raised.text],
      ['critical', `Pump ${pump} stands still: dry`],
    );
    await send(`pump ${pump} runs`);
    await until(`${pump} cleared`, () => this.alarm(`plant/${pump}`, 'cleared'));
    return raised;
  }

  async close(): Promise<void> {
    await this.desk?.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe('logger', { skip: lacks('logger', 'bsdutils') }, () => {
  let place: Place;
  before(async () => {
    place = await new Place().open(false);
  });
  after(() => place.close());

  for (const [name, ...flags] of [
    ['udp-5424', '--udp', '--rfc5424'],
    ['udp-3164', '--udp', '--rfc3164'],
    ['udp-short', '--udp', '--rfc5424=notime,notq,nohost'],
    ['tcp-lf-5424', '--tcp', '--rfc5424'],
    ['tcp-lf-3164', '--tcp', '--rfc3164'],
    ['tcp-octets-5424', '--tcp', '--rfc5424', '--octet-count'],
    ['tcp-octets-3164', '--tcp', '--rfc3164', '--octet-count'],
  ] as const) {
    test(`${name}: raises and clears`, async () => {
      const to = ['--server=127.0.0.1', `--port=${place.port}`, ...flags];
      const alarm = await place.follows(name, (text) =>
        sent(...to, '--tag=plc', '--id=7', '--priority=local3.err', text),
      );
      const { app, procid, facility, level, from } = alarm.labels;
      assert.deepEqual([app, facility, level, from], ['plc', 'local3', 'err', '127.0.0.1']);
      assert.equal(procid, '7');
    });
  }

  test('structured data with an alarm of RFC 5674 needs no rule', async () => {
    const said = (severity: string): Promise<void> =>
      sent(
        ...['--server=127.0.0.1', `--port=${place.port}`, '--tcp', '--octet-count'],
        ...['--rfc5424=nohost', '--sd-id=alarm@32473', '--sd-param=resource="fan 3"'],
        ...['--sd-param=probableCause="coolingFailure"', '--msgid=FAN'],
        ...[`--sd-param=perceivedSeverity="${severity}"`, '--priority=local4.notice', 'a fan'],
      );
    await said('major');
    const raised = await until('the fan', () => place.alarm('127.0.0.1/fan 3', 'raised'));
    assert.equal(raised.severity, 'major');
    await said('cleared');
    await until('the fan again', () => place.alarm('127.0.0.1/fan 3', 'cleared'));
  });
});

/** Ways an rsyslogd has: messages of the program `NAME` go the way of that name. */
const WAYS = (port: number, tlsPort: number): Readonly<Record<string, string>> => ({
  'r-udp': `target="127.0.0.1" port="${port}" protocol="udp"`,
  'r-tcp-lf': `target="127.0.0.1" port="${port}" protocol="tcp"`,
  'r-tcp-octets': `target="127.0.0.1" port="${port}" protocol="tcp" TCP_Framing="octet-counted"
    template="RSYSLOG_SyslogProtocol23Format"`,
  'r-gtls': TLS_WAY(tlsPort, 'gtls'),
  'r-ossl': TLS_WAY(tlsPort, 'ossl'),
});

const TLS_WAY = (port: number, driver: string): string =>
  `target="localhost" port="${port}" protocol="tcp" TCP_Framing="octet-counted"
    template="RSYSLOG_SyslogProtocol23Format" StreamDriver="${driver}" StreamDriverMode="1"
    StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost"`;

/** A real rsyslogd that takes what `logger` says on a socket of its own. */
class Rsyslog {
  readonly #child: ChildProcess;
  readonly #socket: string;

  private constructor(child: ChildProcess, socket: string) {
    this.#child = child;
    this.#socket = socket;
  }

  static open(place: Place, withCertificate: boolean): Promise<Rsyslog> {
    const certificate = withCertificate
      ? `defaultNetstreamDriverCertFile="${pem('cert.pem')}"
         defaultNetstreamDriverKeyFile="${pem('key.pem')}"`
      : '';
    const ways = Object.entries(WAYS(place.port, place.tlsPort)).map(
      ([name, way]) =>
        `if $programname == "${name}" then {
           action(type="omfwd" ${way} action.resumeInterval="1" action.resumeRetryCount="-1")
         }\n`,
    );
    return Rsyslog.with(
      place,
      `global(defaultNetstreamDriverCAFile="${pem('cert.pem')}" ${certificate})
       ${ways.join('')}`,
    );
  }

  static async with(place: Place, configuration: string): Promise<Rsyslog> {
    const own = mkdtempSync(join(place.folder, 'rsyslog-'));
    const socket = join(own, 'log');
    const file = join(own, 'rsyslog.conf');
    writeFileSync(
      file,
      `global(workDirectory="${own}")
       module(load="imuxsock" SysSock.Use="off")
       input(type="imuxsock" Socket="${socket}" CreatePath="on" UsePIDFromSystem="off")
       ${configuration}`,
    );
    const child = spawn(RSYSLOGD, ['-n', '-f', file, '-i', join(own, 'pid')], {
      stdio: 'ignore',
    });
    const opened = new Rsyslog(child, socket);
    await until('rsyslogd', async () => (existsSync(socket) ? true : undefined));
    return opened;
  }

  say(way: string, text: string): Promise<void> {
    return sent(`--socket=${this.#socket}`, `--tag=${way}`, '--priority=local3.err', text);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

describe('rsyslog', { skip: lacks(RSYSLOGD, 'rsyslog') }, () => {
  let place: Place;
  let rsyslog: Rsyslog;
  before(async () => {
    place = await new Place().open(false);
    rsyslog = await Rsyslog.open(place, false);
  });
  after(async () => {
    await rsyslog?.close();
    await place?.close();
  });

  for (const way of ['r-udp', 'r-tcp-lf', 'r-tcp-octets']) {
    test(`${way}: raises and clears`, async () => {
      const alarm = await place.follows(way, (text) => rsyslog.say(way, text));
      assert.equal(alarm.labels['app'], way);
    });
  }

  for (const driver of ['gtls', 'ossl']) {
    test(`TLS by ${driver}: raises and clears`, { skip: noDriver(driver) }, async () => {
      await place.follows(`r-${driver}`, (text) => rsyslog.say(`r-${driver}`, text));
    });
  }
});

describe('rsyslog before a desk that asks for certificates', { skip: noDriver('gtls') }, () => {
  let place: Place;
  before(async () => {
    place = await new Place().open(true);
  });
  after(() => place.close());

  test('with one it is heard, without one it is not, and that is counted', async () => {
    const known = await Rsyslog.open(place, true);
    const stranger = await Rsyslog.open(place, false);
    try {
      await stranger.say('r-gtls', 'pump stranger has stopped: dry');
      await place.follows('r-gtls', (text) => known.say('r-gtls', text));
      await until('the refusal', async () => {
        const response = await fetch(`${place.desk?.url}/metrics`, {
          headers: { connection: 'close' },
        });
        const found = /tocsin_source_refused_total\{source="syslog"\} [1-9]/;
        return found.test(await response.text()) ? true : undefined;
      });
      assert.equal(await place.alarm('plant/stranger', 'raised'), undefined);
    } finally {
      await known.close();
      await stranger.close();
    }
  });
});

/** What the guide tells people to write, with the names of this place put in. */
function guideBlocks(place: Place): readonly string[] {
  const guide = readFileSync(new URL('../../docs/guide/syslog.md', import.meta.url), 'utf8');
  return Array.from(guide.matchAll(/^```rsyslog\n(.*?)^```/gms), ([, block = '']) =>
    block
      .replaceAll('desk.example.net', 'localhost')
      .replace('port="1514"', `port="${place.port}"`)
      .replace('port="6514"', `port="${place.tlsPort}"`)
      .replace('/etc/rsyslog.d/tls/ca.pem', pem('cert.pem'))
      .replace('/etc/rsyslog.d/tls/host.pem', pem('cert.pem'))
      .replace('/etc/rsyslog.d/tls/host.key', pem('key.pem')),
  );
}

describe('rsyslog as the guide has it', { skip: noDriver('gtls') }, () => {
  let place: Place;
  before(async () => {
    place = await new Place().open(true);
  });
  after(() => place.close());

  for (const [number, name] of ['tcp with a queue', 'tls with a certificate'].entries()) {
    test(name, async () => {
      const block = guideBlocks(place)[number];
      assert.ok(block, 'the guide has it');
      const rsyslog = await Rsyslog.with(place, block);
      try {
        await place.follows(`guide-${number}`, (text) => rsyslog.say('plc', text));
      } finally {
        await rsyslog.close();
      }
    });
  }
});
