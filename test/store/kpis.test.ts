import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { minutes } from '../../src/base/time.ts';
import type { Alarm, Episode } from '../../src/domain/alarm/alarm.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { aBatch, aChange, anAlarm, at, folderOf, id } from './samples.ts';

const FROM = at(0) / 60_000;

/** Alarm 1 of team net, alarm 2 of nobody; alarm 1 comes again, and is acknowledged. */
const again = (n: number, when: number, differs: Partial<Alarm> = {}): Alarm =>
  anAlarm(n, {
    ...{ labels: n === 1 ? { team: 'net' } : {}, episode: 2 as Episode, episodes: 2 },
    ...{ createdAt: at(0), condition: { is: 'raised', since: at(when) }, ...differs },
  });

test('the store counts what it writes, and forgets it with its history', async (t) => {
  const store = await openEmbeddedStore({ folder: folderOf(t), readers: 1, log: silentLog });
  t.after(() => store.close());
  const empty = await store.kpis({ from: FROM, to: FROM + 60 });
  assert.deepEqual([empty.since, empty.rates.announced, empty.frequent], [undefined, 0, []]);
  const net = { labels: { team: 'net' }, createdAt: at(0) };
  await store.write(aBatch(1, { alarms: [anAlarm(1, net)], changes: [aChange(1, 1)] }));
  const labels = {};
  await store.write(aBatch(2, { alarms: [anAlarm(2, { labels })], changes: [aChange(2, 2)] }));
  const later = minutes(70);
  const raised = { receivedAt: at(later), at: at(later), episode: 2 as Episode };
  await store.write(aBatch(3, { alarms: [again(1, later)], changes: [aChange(1, 3, raised)] }));
  const acked = { ...raised, what: 'acknowledged' as const, receivedAt: at(later + 90_000) };
  await store.write(
    aBatch(4, {
      alarms: [again(1, later)],
      changes: [aChange(1, 4, { ...acked, at: at(later + 90_000) })],
    }),
  );
  const all = await store.kpis({ from: FROM, to: FROM + 120 });
  assert.equal(all.since, at(0));
  assert.deepEqual([all.rates.announced, all.counts.raised, all.severities.major], [3, 3, 3]);
  assert.deepEqual(all.teams, [
    { team: 'net', announced: 2 },
    { team: '', announced: 1 },
  ]);
  assert.deepEqual(
    all.hours.map(({ announced }) => announced),
    [2, 1],
  );
  assert.equal(all.acks[3], 1, 'within two minutes');
  assert.deepEqual(
    all.acksByTeam.map(({ team }) => team),
    ['net'],
  );
  assert.deepEqual(
    all.frequent.map(({ id: found, raised: times }) => [found, times]),
    [[id(1), 2]],
  );
  const net2 = await store.kpis({ from: FROM, to: FROM + 60, team: 'net' });
  assert.equal(net2.rates.announced, 1, 'of one team and the first hour');
  await store.compact(at(minutes(60)));
  const left = await store.kpis({ from: FROM, to: FROM + 120 });
  assert.equal(left.rates.announced, 1);
  assert.equal(left.since, at(later));
});
