import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import type { Instant } from '../../src/base/time.ts';
import { startDemo } from '../../src/demo/demo.ts';
import { LINKS, SITES } from '../../src/demo/network.ts';
import { openAccounts } from '../../src/desk/accounts.ts';
import { openDesk } from '../../src/desk/open.ts';
import { type Alarm, isRaised, standing, type UserId } from '../../src/domain/alarm/alarm.ts';
import { SEVERITIES } from '../../src/domain/alarm/severity.ts';
import { kindOf } from '../../src/domain/inventory/thing.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { NewPerson, People, Person } from '../../src/ports/people.ts';
import type { Store } from '../../src/ports/store.ts';
import { manualClock } from '../support/clock.ts';

/** Keeps nothing: the demo is watched in the desk's memory. */
const journal = (): Journal => {
  let head = 0;
  return {
    id: 'j1',
    get head() {
      return head;
    },
    tail: 1,
    append: async (block) => {
      head = block.first + block.count - 1;
      return { is: 'committed', fsyncMs: 0 };
    },
    async *read() {},
    retain: async () => ({ removedFiles: 0, tail: 1 }),
    copyTo: async () => {},
    close: async () => {},
  };
};

const store = (): Store => {
  let position = 0;
  const nothing = async () => ({ items: [], next: undefined, asOf: position });
  return {
    get position() {
      return position;
    },
    bind: async () => {},
    load: () => ({
      journalId: 'j1',
      position: 0,
      deskTime: 0 as Instant,
      alarms: (async function* () {})(),
      rows: (async function* () {})(),
    }),
    write: async (batch) => {
      position = batch.position;
    },
    alarm: async () => undefined,
    evidence: async () => undefined,
    timeline: nothing,
    turns: async () => ({ items: [], isCut: false, asOf: position }),
    search: nothing,
    audit: nothing,
    decisions: nothing,
    attempts: nothing,
    kpis: () => Promise.reject(new Error('the demo asks for no figures')),
    copyCheckpoint: async () => position,
    compact: async () => ({ removed: 0 }),
    copyTo: async () => {},
    close: async () => {},
  } as Store;
};

const people = (): People => {
  const all: Person[] = [];
  const fake: Partial<People> = {
    person: (id) => all.find((p) => p.id === id),
    all: () => all,
    byLogin: (login: string) => all.find((p) => p.login === login),
    async add(person: NewPerson): Promise<Person> {
      const { login, name, email } = person;
      const id = `u-${login}` as UserId;
      all.push({ id, login, name, email, hasPassword: true, createdAt: 0 as Instant });
      return all[all.length - 1] as Person;
    },
  };
  return fake as People;
};

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
}

async function openDemo(seed: number, who = people()) {
  const clock = manualClock();
  const parts = { clock, log: silentLog, journal: journal(), store: store(), boot: 'b1' };
  const desk = await openDesk(parts);
  const accounts = openAccounts(desk, who);
  const told: string[] = [];
  const receive: typeof desk.receive = (source, events) => {
    for (const e of events) told.push(`${source} ${e.kind} ${e.resource} ${e.type}`);
    return desk.receive(source, events);
  };
  const start = () => startDemo({ desk, accounts, clock, log: silentLog, receive, seed });
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      clock.pass(1_000);
      await settled();
    }
  };
  const alarms = (): Alarm[] => [...desk.memory.all('alarms')];
  return { desk, clock, told, start, pass, alarms };
}

test('the network has 40 sites, each reached by a link', () => {
  assert.equal(SITES.length, 40);
  assert.equal(new Set(SITES.map((s) => s.code)).size, 40);
  const reached = new Set(LINKS.flatMap((l) => l.ends.map((p) => p.site)));
  assert.deepEqual(
    SITES.filter((s) => !reached.has(s.code)),
    [],
  );
  const ports = LINKS.flatMap((l) => l.ends.map((p) => `${p.router}/${p.name}`));
  assert.equal(new Set(ports).size, ports.length, 'no port carries two links');
});

test('its other screens have something in them too', async () => {
  const { desk, start } = await openDemo(1);
  const demo = await start();
  const { memory } = desk;
  const counts = (['decisions', 'actions', 'cautions', 'maintenances'] as const).map((table) =>
    memory.count(table),
  );
  assert.deepEqual(counts, [7, 3, 1, 2]);
  const sites = [...memory.inventory.graph.nodes()].filter(({ key }) => kindOf(key) === 'site');
  assert.ok(sites.every(({ thing }) => Number(thing?.attributes?.lat) > 35));
  assert.equal(sites.length, SITES.length);
  await demo.stop();
});

test('a newcomer finds about 30 open alarms of every severity and age, some of them handled', async () => {
  const { desk, clock, start, alarms } = await openDemo(1);
  const demo = await start();
  const open = alarms().filter(isRaised);
  assert.ok(open.length >= 28 && open.length <= 36, `${open.length} open`);
  for (const severity of SEVERITIES)
    assert.ok(
      open.some((a) => a.severity === severity),
      severity,
    );
  const ages = open.map((a) => (a.condition.is === 'raised' ? clock.now() - a.condition.since : 0));
  assert.ok(Math.min(...ages) < 300_000 && Math.max(...ages) > 86_400_000);
  const count = (is: string) => alarms().filter((a) => standing(a) === is).length;
  assert.ok(count('acknowledged') >= 5);
  assert.ok(count('shelved') >= 2);
  assert.ok(count('unseen') >= 1);
  assert.ok(open.some((a) => a.ticket !== ''));
  assert.ok(
    open.some((a) => a.episodes > 2),
    'earlier episodes',
  );
  assert.ok(
    alarms().every((a) => a.labels.org === 'northnet'),
    'everything says whose it is',
  );
  assert.ok(open.some((a) => a.text.includes('This is a demo')));
  const [silence] = [...desk.memory.all('silences')];
  const hidden = ({ name, value }: { name: string; value: string }) =>
    name !== 'alertname' || open.some((a) => a.labels.alertname === value);
  assert.ok(silence?.matchers.every(hidden), 'the silence hides an alarm of the scene');
  const roles = [...desk.memory.all('users')].map((u) => u.role).sort();
  assert.deepEqual(roles, ['admin', 'operator', 'viewer']);
  assert.equal(desk.figures().faults, 0);
  await demo.stop();
});

test('a fibre cut takes five sites down within a minute, and heals', async () => {
  const { start, pass, alarms } = await openDemo(1);
  const demo = await start();
  const before = alarms().filter(isRaised).length;
  await pass(20);
  const dark = () => alarms().filter((a) => isRaised(a) && a.type === 'SiteUnreachable');
  assert.equal(dark().length, 5);
  assert.ok(alarms().filter(isRaised).length >= before + 15);
  await pass(160);
  assert.equal(dark().length, 0);
  await demo.stop();
});

test('ten minutes of trouble come and go; alerts hold as long as they are repeated', async () => {
  const { desk, told, start, pass, alarms } = await openDemo(7);
  const demo = await start();
  const standingAlerts = alarms().filter((a) => isRaised(a) && a.byLabels);
  await pass(600);
  const open = alarms().filter(isRaised);
  assert.ok(open.length >= 28 && open.length <= 90, `${open.length} open`);
  for (const { id } of standingAlerts)
    assert.ok(isRaised(desk.memory.get('alarms', id) as Alarm), 'still firing');
  assert.ok(told.filter((line) => line.includes('clear')).length > 40);
  assert.equal(desk.figures().faults, 0);
  await demo.stop();
  const told0 = told.length;
  await pass(120);
  assert.equal(told.length, told0, 'a stopped demo says nothing more');
});

test('the same seed tells the same story, another seed another', async () => {
  const stories: string[] = [];
  for (const seed of [3, 3, 4]) {
    const { told, start, pass } = await openDemo(seed);
    const demo = await start();
    await pass(120);
    await demo.stop();
    stories.push(told.join('\n'));
  }
  assert.equal(stories[0], stories[1]);
  assert.notEqual(stories[0], stories[2]);
});

test('started again on the same data, it sets no second scene and ends the old trouble', async () => {
  const who = people();
  const { start, pass, alarms } = await openDemo(5, who);
  const first = await start();
  const scene = new Set(
    alarms()
      .filter(isRaised)
      .map((a) => a.id),
  );
  await pass(20);
  await first.stop();
  assert.ok(alarms().filter(isRaised).length > scene.size);
  const second = await start();
  const open = alarms().filter((a) => isRaised(a) && a.willClear && !scene.has(a.id));
  assert.deepEqual(open, []);
  await second.stop();
});
