import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Instant, millis } from '../../src/base/time.ts';
import type { Alarm, Episode, UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type { DeliveryId, GroupId } from '../../src/domain/routing/notice.ts';
import type {
  AuditLine,
  PlacedAttempt,
  PlacedChange,
  PlacedDecision,
  StoreBatch,
} from '../../src/ports/store.ts';

/** 2026-03-01T00:00:00Z and so many milliseconds. */
export const at = (ms: number): Instant => (1_772_323_200_000 + ms) as Instant;

export const id = (n: number): AlarmId => n.toString(16).padStart(16, '0') as AlarmId;

/** A raised alarm; what a test does not name is plain. */
export function anAlarm(n: number, differs: Partial<Alarm> = {}): Alarm {
  return {
    id: id(n),
    source: 'alertmanager',
    byLabels: true,
    resource: `core-${n}/xe-0/0/${n % 48}`,
    type: 'link.down',
    qualifier: '',
    severity: 'major',
    text: `Interface ${n} is down`,
    labels: { alertname: 'LinkDown', site: `site-${n % 4}`, instance: `core-${n}` },
    annotations: { summary: 'No light on the fibre' },
    context: {},
    ruled: undefined,
    flap: undefined,
    link: '',
    condition: { is: 'raised', since: at(n) },
    handling: { is: 'none' },
    suppressions: [],
    assignee: undefined,
    ticket: '',
    episode: 1 as Episode,
    revision: n,
    createdAt: at(n),
    changedAt: at(n),
    heardAt: at(n),
    saidAt: at(n),
    occurrences: 1,
    occurrencesThisEpisode: 1,
    unkept: 0,
    episodes: 1,
    lease: { until: at(n + 300_000), length: millis(300_000), explicit: false, renewed: false },
    willClear: true,
    ...differs,
  };
}

export const clearedAlarm = (n: number, when: number, differs: Partial<Alarm> = {}): Alarm =>
  anAlarm(n, {
    condition: { is: 'cleared', since: at(n), at: at(when), why: 'resource' },
    changedAt: at(when),
    lease: undefined,
    ...differs,
  });

export function aChange(n: number, position: number, differs: Partial<PlacedChange> = {}) {
  return {
    alarm: id(n),
    what: 'raised',
    episode: 1 as Episode,
    at: at(position),
    severity: 'major',
    text: `Interface ${n} is down`,
    why: 'first report of this alarm',
    position,
    index: 0,
    receivedAt: at(position),
    ...differs,
  } satisfies PlacedChange as PlacedChange;
}

export const anAuditLine = (position: number): AuditLine => ({
  position,
  at: at(position),
  by: 'nora',
  verb: 'acknowledge',
  subject: id(position),
  outcome: 'done',
  detail: '',
});

export const OPS = { receiver: 'ops', kind: 'webhook', index: 0 } as const;

/** The decision to tell `ops` about these alarms, made at this position. */
export const aDecision = (
  position: number,
  alarms: readonly number[],
  differs: Partial<PlacedDecision> = {},
): PlacedDecision => ({
  position,
  index: 0,
  at: at(position),
  group: '00000000000000aa' as GroupId,
  groupKey: '{}:{alertname="LinkDown"}',
  route: '{}',
  to: OPS,
  verdict: 'notify',
  reason: 'first',
  delivery: `d${position}.0` as DeliveryId,
  alarms: alarms.map(id),
  muted: [],
  firing: alarms.length,
  resolved: 0,
  ...differs,
});

/** A try of the delivery that was born at position `born`. */
export const anAttempt = (
  position: number,
  born: number,
  differs: Partial<PlacedAttempt> = {},
): PlacedAttempt => ({
  position,
  at: at(position),
  delivery: `d${born}.0` as DeliveryId,
  group: '00000000000000aa' as GroupId,
  to: OPS,
  attempt: 1,
  result: 'sent',
  detail: 'HTTP 200',
  tookMs: 12.5,
  ...differs,
});

/** A batch at this position; its desk time is the position in milliseconds. */
export const aBatch = (position: number, holds: Partial<StoreBatch> = {}): StoreBatch => ({
  position,
  deskTime: at(position),
  alarms: [],
  forgotten: [],
  changes: [],
  evidence: [],
  audit: [],
  decisions: [],
  attempts: [],
  rows: [],
  ...holds,
});

export const NORA = 'nora' as UserId;

/** A folder that is gone when the test ends. */
export function folderOf(t: { after(done: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function gathered<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
