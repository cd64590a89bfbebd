import type { Instant } from '../base/time.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type {
  Attempt,
  Decision,
  DeliveryId,
  GroupId,
  Mute,
  WayRef,
} from '../domain/routing/notice.ts';
import type { PlacedAttempt, PlacedDecision } from '../ports/store.ts';
import type { Packer, Unpacker } from './packing.ts';

/** As for alarms: a new field of Decision does not compile until it is carried. */
export const DECISION_FIELDS: Readonly<Record<keyof Decision, true>> = {
  group: true,
  groupKey: true,
  route: true,
  to: true,
  verdict: true,
  reason: true,
  delivery: true,
  alarms: true,
  muted: true,
  firing: true,
  resolved: true,
};

export function packDecision(p: Packer, d: PlacedDecision): void {
  p.number(d.position);
  p.number(d.index);
  p.number(d.at);
  p.string(d.group);
  p.string(d.groupKey);
  p.string(d.route);
  packWay(p, d.to);
  p.string(d.verdict);
  p.string(d.reason);
  p.optional(d.delivery);
  p.number(d.firing);
  p.number(d.resolved);
  p.number(d.alarms.length);
  for (const alarm of d.alarms) p.string(alarm);
  p.number(d.muted.length);
  for (const { alarm, mute } of d.muted) {
    p.string(alarm);
    packMute(p, mute);
  }
}

export function unpackDecision(p: Unpacker): PlacedDecision {
  const place = { position: p.number(), index: p.number(), at: p.number() as Instant };
  const what = {
    group: p.string() as GroupId,
    groupKey: p.string(),
    route: p.string(),
    to: unpackWay(p),
    verdict: p.string() as Decision['verdict'],
    reason: p.string() as Decision['reason'],
  };
  const delivery = p.optional() as DeliveryId | undefined;
  const counts = { firing: p.number(), resolved: p.number() };
  const alarms: AlarmId[] = [];
  for (let count = p.number(); count > 0; count--) alarms.push(p.string() as AlarmId);
  const muted: { alarm: AlarmId; mute: Mute }[] = [];
  for (let count = p.number(); count > 0; count--) {
    muted.push({ alarm: p.string() as AlarmId, mute: unpackMute(p) });
  }
  const led = delivery === undefined ? {} : { delivery };
  return { ...place, ...what, ...led, alarms, muted, ...counts };
}

function packMute(p: Packer, mute: Mute): void {
  p.string(mute.by);
  p.string(mute.rule);
  p.optional(mute.source);
}

function unpackMute(p: Unpacker): Mute {
  const mute = { by: p.string() as Mute['by'], rule: p.string() };
  const source = p.optional() as AlarmId | undefined;
  return source === undefined ? mute : { ...mute, source };
}

function packWay(p: Packer, way: WayRef): void {
  p.string(way.receiver);
  p.string(way.kind);
  p.number(way.index);
}

const unpackWay = (p: Unpacker): WayRef => ({
  receiver: p.string(),
  kind: p.string(),
  index: p.number(),
});

export const ATTEMPT_FIELDS: Readonly<Record<keyof Attempt, true>> = {
  delivery: true,
  group: true,
  to: true,
  attempt: true,
  result: true,
  detail: true,
  tookMs: true,
};

export function packAttempt(p: Packer, a: PlacedAttempt): void {
  p.number(a.position);
  p.number(a.at);
  p.string(a.delivery);
  p.string(a.group);
  packWay(p, a.to);
  p.number(a.attempt);
  p.string(a.result);
  p.string(a.detail);
  p.number(a.tookMs);
}

export const unpackAttempt = (p: Unpacker): PlacedAttempt => ({
  position: p.number(),
  at: p.number() as Instant,
  delivery: p.string() as DeliveryId,
  group: p.string() as GroupId,
  to: unpackWay(p),
  attempt: p.number(),
  result: p.string() as Attempt['result'],
  detail: p.string(),
  tookMs: p.number(),
});
