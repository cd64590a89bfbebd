import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes, seconds } from '../../base/time.ts';
import type { Alarm, Episode } from '../alarm/alarm.ts';
import type { Change } from '../alarm/change.ts';
import type { AlarmId } from '../alarm/event.ts';
import { ACK_BOUNDS_S, ackBound, FLEETING, KPI_LIMITS, KpiTally, teamOf } from './tally.ts';

type Told = Change & { readonly receivedAt: Instant };

const ALARM = 'a1' as AlarmId;
const NOW = 1_772_323_200_000 as Instant;
const at = (ms: number): Instant => (NOW + ms) as Instant;

const told = (what: Change['what'], ms: number, differs: Partial<Told> = {}): Told => ({
  ...{ alarm: ALARM, what, episode: 1 as Episode, at: at(ms), severity: 'major' },
  ...{ text: '', why: '', receivedAt: at(ms), ...differs },
});

const alarm = (differs: Partial<Alarm> = {}): Alarm =>
  ({
    ...{ id: ALARM, labels: {}, context: {}, episode: 1, episodes: 1, createdAt: at(0) },
    ...{ condition: { is: 'raised', since: at(0) }, handling: { is: 'none' }, suppressions: [] },
    ...differs,
  }) as Alarm;

const one = (changes: readonly Told[], of: Alarm) => new KpiTally().of(changes, [of]);

test('the sender’s team goes before the inventory’s owner', () => {
  const of = (labels: Record<string, string>, context: Record<string, string>) =>
    teamOf({ labels, context });
  assert.equal(of({ team: 'db' }, { owner: 'noc' }), 'db');
  assert.equal(of({}, { owner: 'noc' }), 'noc');
  assert.equal(of({}, {}), '');
  const long = 'x'.repeat(KPI_LIMITS.team_chars_max);
  assert.equal(of({ team: `${long}y` }, {}), long);
});

test('what is hidden was raised, and nobody was asked for', () => {
  const shelf = { kind: 'shelf' } as Alarm['suppressions'][number];
  const [minute] = one([told('raised', 0)], alarm({ suppressions: [shelf] })).minutes;
  assert.deepEqual([minute?.raised, minute?.hidden], [1, 1]);
});

test('an alarm of up to half a minute is fleeting, also within one batch', () => {
  const cleared = (ms: number) => ({
    condition: { is: 'cleared' as const, since: at(0), at: at(ms), why: 'resource' as const },
  });
  const fleeting = (ms: number) => one([told('cleared', ms)], alarm(cleared(ms))).minutes[0];
  assert.equal(fleeting(FLEETING)?.fleeting, 1);
  assert.equal(fleeting(FLEETING + 1)?.fleeting, 0);
  assert.equal(fleeting(1)?.alone, 1);
  const both = [
    told('raised', 0),
    told('cleared', 5),
    told('raised', 9, { episode: 2 as Episode }),
  ];
  const of = alarm({
    episode: 2 as Episode,
    episodes: 2,
    condition: { is: 'raised', since: at(9) },
  });
  const [minute] = one(both, of).minutes;
  assert.deepEqual([minute?.raised, minute?.cleared, minute?.fleeting], [2, 1, 1]);
});

test('acknowledgements are counted by how long they took', () => {
  assert.deepEqual(
    [ackBound(seconds(10)), ackBound(seconds(10.001)), ackBound(hours(24)), ackBound(hours(25))],
    [0, 1, ACK_BOUNDS_S.length - 1, ACK_BOUNDS_S.length],
  );
  const [ack] = one([told('acknowledged', minutes(4))], alarm()).acks;
  assert.deepEqual([ack?.count, ACK_BOUNDS_S[ack?.bound ?? -1]], [1, 300]);
  const elsewhere = one([told('acknowledged', 5, { episode: 7 as Episode })], alarm());
  assert.deepEqual(elsewhere.acks, [], 'of an episode that is not known nobody knows how long');
});

test('three raises within a minute are a chatter, over batches too', () => {
  const tally = new KpiTally();
  const raise = (episode: number, ms: number) =>
    tally.of(
      [told('raised', ms, { episode: episode as Episode })],
      [alarm({ episode: episode as Episode, episodes: episode })],
    ).again[0]?.chattered;
  assert.equal(raise(1, 0), undefined, 'a first raise is none that came again');
  assert.equal(raise(2, 30_000), 0);
  assert.equal(raise(3, 60_000), 1);
  assert.equal(raise(4, 120_001), 0, 'the last but one is over a minute ago');
});

test('teams beyond the maximum of one batch count as others', () => {
  const changes: Told[] = [];
  const alarms: Alarm[] = [];
  for (let n = 0; n <= KPI_LIMITS.teams_max; n++) {
    const id = `a${n}` as AlarmId;
    changes.push(told('raised', 0, { alarm: id }));
    alarms.push(alarm({ id, labels: { team: `team ${n}` } }));
  }
  const { minutes: found } = new KpiTally().of(changes, alarms);
  assert.equal(found.length, KPI_LIMITS.teams_max + 1);
  assert.equal(found.at(-1)?.team, '(others)');
});
