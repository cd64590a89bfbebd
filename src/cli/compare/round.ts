import { type Millis, minutes } from '../../base/time.ts';
import { labelValue, type Matcher, matchesAll } from '../../domain/alarm/matcher.ts';
import type { Client } from '../client.ts';
import { lookAtAlertmanager } from './alertmanager.ts';
import { findByTags, type KeyPart, lookAtArgus } from './argus.ts';
import { lookAtOwn } from './own.ts';
import { compareLooks, findByLabels } from './pairs.ts';
import type { Peer } from './peer.ts';
import type { Difference, Here, LeftOut, Look, Mark, There } from './seen.ts';

/** Two silences that end within this end together: clients round. */
const ENDS_APART_MAX = minutes(1);

/** What the person asked for. */
export interface AskedFor {
  readonly peer: Peer;
  readonly keys: readonly KeyPart[];
  readonly matchers: readonly Matcher[];
  /** Empty: all. */
  readonly sources: readonly string[];
  readonly leftOut: ReadonlySet<LeftOut>;
  readonly tolerance: Millis;
}

/** Both desks, looked at once. */
export interface Round {
  readonly there: Look<There>;
  readonly here: Look<Here>;
  readonly differences: readonly Difference[];
  readonly same: number;
  /** Alarms of this desk that come by other sources, and are left aside. */
  readonly aside: number;
}

export async function lookAtBoth(client: Client, asked: AskedFor): Promise<Round> {
  const { peer, keys, matchers, sources, leftOut } = asked;
  const isArgus = peer.kind === 'an Argus';
  const [old, own] = await Promise.all([
    isArgus ? lookAtArgus(peer) : lookAtAlertmanager(peer),
    lookAtOwn(client),
  ]);
  const wanted = ({ labels }: There | Here): boolean =>
    matchesAll(matchers, (name) => labelValue(labels, name));
  const ofSource = own.alarms.filter((a) => sources.length === 0 || sources.includes(a.source));
  const there = { ...old, alarms: old.alarms.filter(wanted) };
  const here = { ...own, alarms: ofSource.filter(wanted) };
  const marks: readonly Mark[] = isArgus ? ['acknowledged'] : ['silenced', 'inhibited'];
  const find = isArgus ? findByTags(here.alarms, keys) : findByLabels(here.alarms);
  const compared = compareLooks(there, here, {
    find,
    leftOut,
    marks,
    endsApartMax: ENDS_APART_MAX,
  });
  return { there, here, ...compared, aside: own.alarms.length - ofSource.length };
}
