import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { days, type Instant, instantText, millis, parseInstant } from '../../base/time.ts';
import { whyNotMatchers } from '../../desk/verbs/rule.ts';
import {
  type Fitting,
  fitting,
  fittingNow,
  fittingSince,
  seenUnder,
} from '../../desk/views/rule-trial.ts';
import { listRules, RULE_STATES, ruleState, rulesOn, touchedBy } from '../../desk/views/rules.ts';
import type { Alarm, Priority } from '../../domain/alarm/alarm.ts';
import { type Matcher, matcherText, parseMatchers } from '../../domain/alarm/matcher.ts';
import { RULE_LIMITS, type Rule, type RuleDoes, type RuleId } from '../../domain/rules/rule.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import {
  doneShape,
  reasonBody,
  ruleBody,
  ruleShape,
  ruleTrialBody,
  ruleTrialShape,
} from './alarm-rules-shapes.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { API_LIMITS, pageOf, paging, words } from './shapes.ts';

const RULES = `${API}/rules`;

const listQuery = Type.Object(
  {
    state: Type.Optional(Type.Array(words([...RULE_STATES]), { description: 'Default: all.' })),
    ...paging,
  },
  { additionalProperties: false },
);

/** Operators' rules: what they make of the alarms they match, whoever sent them. */
export const alarmRuleRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: RULES,
    access: VIEWER,
    summary: 'Operators’ rules in the order in which they are asked, and what each touches now.',
    querySchema: listQuery,
    answerSchema: pageOf(ruleShape),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'POST',
    path: RULES,
    access: OPERATOR,
    summary: 'Makes or changes a rule. It has a reason, an owner and a review.',
    bodySchema: ruleBody,
    answerSchema: doneShape,
    handle: (asked) => set(parts, asked),
  },
  {
    method: 'POST',
    path: `${RULES}/try`,
    access: OPERATOR,
    summary: 'Says which alarms a rule would touch now, and of the last days. Changes nothing.',
    bodySchema: ruleTrialBody,
    answerSchema: ruleTrialShape,
    handle: (asked) => tried(parts, asked),
  },
  {
    method: 'GET',
    path: `${RULES}/:id`,
    access: VIEWER,
    summary: 'One operators’ rule.',
    answerSchema: ruleShape,
    handle: async (asked) => {
      const rule = ruleOf(parts, asked);
      const touches = await runSliced(touchedBy(parts.desk.memory, rulesOn));
      return json(200, ruleJson(parts, rule, touches));
    },
  },
  {
    method: 'POST',
    path: `${RULES}/:id/remove`,
    access: OPERATOR,
    summary: 'Takes a rule away: alarms are again as their sources have them.',
    bodySchema: reasonBody,
    answerSchema: doneShape,
    handle: async (asked) => {
      const rule = ruleOf(parts, asked);
      const { reason } = asked.json as Static<typeof reasonBody>;
      if (reason.trim() === '') throw refusal('REASON_MISSING', { verb: 'Removing a rule' });
      const by = byOf(asked.actor);
      const act = { verb: 'rule.remove', rule: rule.id, reason } as const;
      const { refused, position, repeated } = await parts.desk.act(by, act, onceOf(by, asked));
      if (refused !== undefined) throw refusalFailure(refused);
      return json(200, { id: rule.id, position, repeated });
    },
  },
];

function ruleOf({ desk }: ApiParts, asked: Asked): Rule {
  const rule = desk.memory.get('rules', asked.params.id ?? '');
  if (!rule) throw new DeskError('NOT_FOUND', { what: 'such rule' });
  return rule;
}

async function list(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { state = RULE_STATES, limit, cursor } = readQuery(listQuery, asked.query);
  const { memory, clock } = parts.desk;
  const now = clock.now();
  const all = listRules(memory).filter((rule) => state.includes(ruleState(rule, now)));
  const { from, to, next } = placeIn(all.length, cursor, limit);
  const shown = all.slice(from, to);
  const touches =
    shown.length > 0 ? await runSliced(touchedBy(memory, rulesOn)) : new Map<string, number>();
  const items = shown.map((rule) => ruleJson(parts, rule, touches));
  return json(200, { items, next, asOf: memory.position });
}

/** Rows of a short list by their number; the cursor is the number of the next one. */
export function placeIn(count: number, cursor: string | undefined, limit: number | undefined) {
  const [, digits = ''] = /^n(\d{1,6})$/.exec(cursor ?? 'n0') ?? [];
  if (digits === '') throw refusal('CURSOR_INVALID', {});
  const from = Number(digits);
  const to = from + (limit ?? API_LIMITS.page_items_default);
  return { from, to, next: to < count ? `n${to}` : null };
}

const ruleJson = (
  { accounts, desk }: ApiParts,
  rule: Rule,
  touches: ReadonlyMap<string, number>,
) => ({
  id: rule.id,
  name: rule.name,
  state: ruleState(rule, desk.clock.now()),
  matchers: rule.matchers.map(matcherText),
  order: rule.order,
  does: {
    severity: rule.does.severity ?? null,
    text: rule.does.text ?? null,
    priority: rule.does.priority ?? null,
    hide: rule.does.hide ?? false,
    holdSeconds: rule.does.hold === undefined ? null : rule.does.hold / 1_000,
  },
  reason: rule.reason,
  owner: rule.owner,
  by: { id: rule.by, name: accounts.name(rule.by) },
  madeAt: instantText(rule.madeAt),
  changedAt: instantText(rule.changedAt),
  reviewAt: instantText(rule.reviewAt),
  enabled: rule.enabled,
  touches: touches.get(rule.id) ?? 0,
});

async function set({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof ruleBody>;
  const { id, matchers, reviewAt, does, order = 100, enabled = true, ...said } = given;
  const by = byOf(asked.actor);
  const act = {
    verb: 'rule.set' as const,
    ...(id === undefined ? {} : { rule: id as RuleId }),
    ...said,
    matchers: readMatchers(matchers).map(({ name, op, value }) => ({ name, op, value })),
    order,
    does: doesOf(does),
    reviewAt: parseInstant(reviewAt) ?? (0 as Instant),
    enabled,
  };
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

const doesOf = (given: NonNullable<Static<typeof ruleTrialBody>['does']>): RuleDoes => ({
  ...(given.severity === undefined ? {} : { severity: given.severity }),
  ...(given.text === undefined ? {} : { text: given.text }),
  ...(given.priority === undefined ? {} : { priority: given.priority as Priority }),
  ...(given.hide === true ? { hide: true } : {}),
  ...(given.holdSeconds === undefined ? {} : { hold: millis(given.holdSeconds * 1_000) }),
});

/** One matcher a text, or several with commas between. Throws MATCHER_INVALID. */
export function readMatchers(texts: readonly string[]): readonly Matcher[] {
  return texts.flatMap((text, n) => {
    const read = parseMatchers(text);
    if (!('error' in read)) return read;
    const why = { field: `matchers[${n}]`, expected: read.error };
    throw refusal('MATCHER_INVALID', { matcher: text, why: read.error }, { errors: [why] });
  });
}

async function tried({ desk }: ApiParts, asked: Asked): Promise<Answer> {
  const given = asked.json as Static<typeof ruleTrialBody>;
  const { id, days: back = 7, order = 100, does = {} } = given;
  const matchers = readMatchers(given.matchers);
  const terms = matchers.map(({ name, op, value }) => ({ name, op, value }));
  const refused = whyNotMatchers(terms, RULE_LIMITS.matchers_max);
  if (refused !== undefined) throw refusalFailure(refused);
  const now = desk.clock.now();
  const old = id === undefined ? undefined : desk.memory.get('rules', id);
  const rule = trialRule(old, { matchers: terms, order, does: doesOf(does) }, now);
  const fits = fitting(matchers);
  const open = await runSliced(fittingNow(desk.memory, fits));
  const since = (now - days(back)) as Instant;
  const none: Fitting = { count: 0, whole: true, examples: [] };
  const past = back === 0 ? none : await fittingSince(desk.store, since, fits);
  const shown = (found: Fitting) => ({
    ...found,
    examples: found.examples.map((alarm) =>
      exampleJson(alarm, seenUnder(desk.memory, rule, alarm, now)),
    ),
  });
  return json(200, { open: shown(open), past: shown(past), days: back });
}

/** A rule that is not there yet; nobody made it. */
export const trialRule = (
  old: Rule | undefined,
  wanted: Pick<Rule, 'matchers' | 'order' | 'does'>,
  now: Instant,
): Rule => ({
  id: 'new' as RuleId,
  name: '',
  reason: '',
  owner: '',
  by: '' as Rule['by'],
  madeAt: now,
  ...old,
  ...wanted,
  changedAt: now,
  reviewAt: (now + days(1)) as Instant,
  enabled: true,
});

const exampleJson = (alarm: Alarm, would: ReturnType<typeof seenUnder>) => ({
  id: alarm.id,
  resource: alarm.resource,
  type: alarm.type,
  since: instantText(alarm.condition.since),
  raised: alarm.condition.is === 'raised',
  now: {
    severity: alarm.severity,
    text: alarm.text,
    priority: alarm.ruled?.priority ?? null,
    hidden: alarm.suppressions.some(({ kind }) => kind === 'design'),
  },
  would: { ...would, priority: would.priority ?? null },
});
