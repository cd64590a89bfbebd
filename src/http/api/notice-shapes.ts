import { Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import type { RouteStep } from '../../desk/views/route-steps.ts';
import type { Why } from '../../desk/views/why.ts';
import type { Decision } from '../../domain/routing/notice.ts';
import { wayText } from '../../domain/routing/notice.ts';
import { nullable, time, words } from './shapes.ts';

/** Shapes of what the desk says about notifications, shared by several routes of /api/v1. */

type PlacedDecision = Why['decisions'][number];
type PlacedAttempt = Why['attempts'][number];

export const labelsShape = Type.Record(Type.String(), Type.String());

export const wayName = Type.String({ description: 'One way of a receiver: `ops/webhook[0]`.' });

export const sentence = Type.String({
  description: 'A sentence for people. Times in it are UTC: `2026-03-01 02:14:09 UTC`.',
});

export const routeStep = Type.Object({
  id: Type.String(),
  depth: Type.Integer({ description: '0 is the root.' }),
  matchers: Type.String({ description: '`{team="ops"}`' }),
  receiver: Type.String(),
  matched: Type.Boolean(),
  took: Type.Boolean({ description: 'It takes the alarm.' }),
  goesOn: Type.Boolean({ description: 'It matched, and the routes after it are looked at too.' }),
  failed: nullable(
    Type.Object(
      { matcher: Type.String(), value: Type.String() },
      { description: 'The matcher that did not fit, and the value it looked at.' },
    ),
  ),
});

export const stepJson = (step: RouteStep) => ({ ...step, failed: step.failed ?? null });

export const decisionShape = Type.Object({
  id: Type.String({ description: '`position.index`: its identity and its order.' }),
  at: time('When the group was looked at.'),
  way: wayName,
  group: Type.String({ description: 'Alertmanager’s group key.' }),
  verdict: words(['notify', 'quiet'] satisfies Decision['verdict'][]),
  reason: Type.String(),
  delivery: nullable(Type.String()),
  firing: Type.Integer(),
  resolved: Type.Integer(),
  muted: Type.Integer(),
});

export const decisionJson = (d: PlacedDecision) => ({
  id: `${d.position}.${d.index}`,
  at: instantText(d.at),
  way: wayText(d.to),
  group: d.groupKey,
  verdict: d.verdict,
  reason: d.reason,
  delivery: d.delivery ?? null,
  firing: d.firing,
  resolved: d.resolved,
  muted: d.muted.length,
});

export const attemptShape = Type.Object({
  at: time('When it ended.'),
  delivery: Type.String(),
  way: wayName,
  attempt: Type.Integer({ description: 'From 1.' }),
  result: words([
    'sent',
    'later',
    'never',
    'withdrawn',
    'shadow',
  ] satisfies PlacedAttempt['result'][]),
  detail: Type.String({ description: 'What the far side said, or why not.' }),
  tookMs: Type.Number(),
});

export const attemptJson = (a: PlacedAttempt) => ({
  at: instantText(a.at),
  delivery: a.delivery,
  way: wayText(a.to),
  attempt: a.attempt,
  result: a.result,
  detail: a.detail,
  tookMs: a.tookMs,
});
