import { refusalText } from '../base/refusal.ts';
import { days, type Instant, instantText, millis, parseInstant } from '../base/time.ts';
import {
  RULE_FIELDS,
  type RuleForm,
  type RuleTrialView,
  rulesBody,
} from '../console/alarm-rules-page.ts';
import { fieldLabels } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import { whyNotMatchers } from '../desk/verbs/rule.ts';
import { fitting, fittingNow, fittingSince, seenUnder } from '../desk/views/rule-trial.ts';
import { listRules, rulesOn, touchedBy } from '../desk/views/rules.ts';
import type { Priority, UserId } from '../domain/alarm/alarm.ts';
import { type Matcher, matcherText } from '../domain/alarm/matcher.ts';
import { parseSeverity } from '../domain/alarm/severity.ts';
import { RULE_LIMITS, type Rule, type RuleDoes, type RuleId } from '../domain/rules/rule.ts';
import { seeOther } from './answer.ts';
import { trialRule } from './api/alarm-rules.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { field, fields } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { ALARMS_MAX, FORM_BYTES_MAX, inCommon, readLines, sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const REVIEW_DAYS_DEFAULT = 90;
const TRIAL_DAYS = 7;

const DONE: Readonly<Record<string, string>> = {
  made: 'The rule holds: alarms that fit are being looked at again.',
  changed: 'The rule is changed: alarms that fit are being looked at again.',
  removed: 'The rule is gone: what it touched is as its source has it.',
};

/** The page of operators' rules and its forms. */
export const alarmRulePages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: '/rules',
    access: VIEWER,
    summary: 'Operators’ rules: what each makes of the alarms it fits, why, and until when.',
    handle: (asked) => show(parts, asked, formOf(parts, asked)),
  },
  {
    method: 'POST',
    path: '/rules',
    access: OPERATOR,
    summary: 'Makes or changes a rule, or shows what it would touch.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(RULE_FIELDS) },
    handle: (asked) => save(parts, asked),
  },
  {
    method: 'POST',
    path: '/rules/from',
    access: OPERATOR,
    summary: 'Begins a rule with what the chosen alarms have in common.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: (asked) => seeOther(`${parts.site.prefix}/rules?${chosen(asked)}#rule`),
  },
  {
    method: 'POST',
    path: '/rules/:id/remove',
    access: OPERATOR,
    summary: 'Takes a rule away.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => {
      const rule = (asked.params.id ?? '') as RuleId;
      const reason = field(asked.json, 'reason').trim();
      const act = { verb: 'rule.remove', rule, reason } as const;
      const once = formOnce(asked, ['remove', rule, reason]);
      const { refused } = await parts.desk.act(byOf(asked.actor), act, once);
      if (refused !== undefined) {
        return show(parts, asked, { ...blank(parts), fault: sentence(refusalText(refused)) }, 422);
      }
      return seeOther(`${parts.site.prefix}/rules?done=removed`);
    },
  },
];

/** The chosen alarms as a query: `alarm=…&alarm=…`. */
export function chosen({ json }: Asked): URLSearchParams {
  const ids = fields(json, 'on').map((on) => on.split('.')[0] ?? '');
  return new URLSearchParams(ids.slice(0, ALARMS_MAX).map((id): [string, string] => ['alarm', id]));
}

async function show(
  parts: RoutingPageParts,
  asked: Asked,
  form: RuleForm | undefined,
  status = 200,
): Promise<Answer> {
  const { desk, site, accounts, draw } = parts;
  const { memory, clock } = desk;
  const all = listRules(memory);
  const touches =
    all.length > 0 ? await runSliced(touchedBy(memory, rulesOn)) : new Map<string, number>();
  const view = {
    rules: stretch(all, asked.query),
    touches,
    form,
    blank: blank(parts),
    done: DONE[asked.query.get('done') ?? ''] ?? '',
    nameOf: (id: UserId): string => accounts.name(id),
    now: clock.now(),
  };
  const drawn = { title: 'Rules', at: '/rules', status };
  return draw(asked, drawn, (reader) => rulesBody(site, reader, view));
}

const dayOf = (at: Instant): string => instantText(at).slice(0, 10);

const blank = ({ desk }: RoutingPageParts): RuleForm => ({
  id: '',
  name: '',
  matchers: '',
  severity: '',
  text: '',
  priority: '',
  hide: false,
  hold: '',
  order: '100',
  reason: '',
  owner: '',
  review: dayOf((desk.clock.now() + days(REVIEW_DAYS_DEFAULT)) as Instant),
  enabled: true,
  fault: '',
  trial: undefined,
});

/** `?alarm=ID` begins with what these alarms have in common, `?edit=ID` with a rule. */
function formOf(parts: RoutingPageParts, asked: Asked): RuleForm | undefined {
  const { memory } = parts.desk;
  const empty = blank(parts);
  const edit = asked.query.get('edit');
  if (edit !== null) {
    const rule = memory.get('rules', edit);
    return rule ? filled(empty, rule) : { ...empty, fault: 'That rule is gone.' };
  }
  const ids = asked.query.getAll('alarm').slice(0, ALARMS_MAX);
  if (ids.length === 0) return undefined;
  const alarms = ids.flatMap((id) => memory.get('alarms', id) ?? []);
  const matchers = inCommon(alarms).join('\n');
  const fault = matchers === '' ? 'These alarms have no label in common: write what fits.' : '';
  return { ...empty, matchers, fault };
}

const filled = (empty: RuleForm, { does, ...rule }: Rule): RuleForm => ({
  ...empty,
  id: rule.id,
  name: rule.name,
  matchers: rule.matchers.map(matcherText).join('\n'),
  severity: does.severity ?? '',
  text: does.text ?? '',
  priority: String(does.priority ?? ''),
  hide: does.hide ?? false,
  hold: does.hold === undefined ? '' : String(does.hold / 1_000),
  order: String(rule.order),
  reason: rule.reason,
  owner: rule.owner,
  review: dayOf(rule.reviewAt),
  enabled: rule.enabled,
});

function typed(parts: RoutingPageParts, { json }: Asked): RuleForm {
  const text = (name: string): string => field(json, name).trim();
  return {
    ...blank(parts),
    id: text('id'),
    name: text('name'),
    matchers: text('matchers'),
    severity: text('severity'),
    text: text('text'),
    priority: text('priority'),
    hide: text('hide') !== '',
    hold: text('hold'),
    order: text('order'),
    reason: text('reason'),
    owner: text('owner'),
    review: text('review'),
    enabled: text('enabled') !== '',
  };
}

function doesOf({ severity, text, priority, hide, hold }: RuleForm): RuleDoes {
  const given = parseSeverity(severity);
  return {
    ...(given === undefined ? {} : { severity: given }),
    ...(text === '' ? {} : { text }),
    ...(/^[1-5]$/.test(priority) ? { priority: Number(priority) as Priority } : {}),
    ...(hide ? { hide: true } : {}),
    ...(hold === '' ? {} : { hold: millis(Number(hold) * 1_000) }),
  };
}

async function save(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const form = typed(parts, asked);
  const faulty = (fault: string, status = 422) => show(parts, asked, { ...form, fault }, status);
  const matchers = readLines(form.matchers);
  if (typeof matchers === 'string') return faulty(`matchers: ${matchers}`);
  const terms = matchers.map(({ name, op, value }) => ({ name, op, value }));
  const does = doesOf(form);
  if (field(asked.json, 'does') === 'try') {
    const refused = whyNotMatchers(terms, RULE_LIMITS.matchers_max);
    if (refused !== undefined) return faulty(sentence(refusalText(refused)));
    const trial = await trialOf(parts, form, matchers, does);
    return show(parts, asked, { ...form, trial });
  }
  const reviewAt = parseInstant(`${form.review}T00:00:00Z`) ?? (0 as Instant);
  const act = {
    verb: 'rule.set' as const,
    ...(form.id === '' ? {} : { rule: form.id as RuleId }),
    name: form.name,
    matchers: terms,
    order: form.order === '' ? 100 : Number(form.order),
    does,
    reason: form.reason,
    owner: form.owner,
    reviewAt,
    enabled: form.enabled,
  };
  const once = formOnce(asked, [JSON.stringify(act)]);
  const { refused } = await desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined) return faulty(sentence(refusalText(refused)));
  return seeOther(`${site.prefix}/rules?done=${form.id === '' ? 'made' : 'changed'}`);
}

async function trialOf(
  { desk }: RoutingPageParts,
  form: RuleForm,
  matchers: readonly Matcher[],
  does: RuleDoes,
): Promise<RuleTrialView> {
  const { memory, clock, store } = desk;
  const now = clock.now();
  const old = form.id === '' ? undefined : memory.get('rules', form.id);
  const rule = trialRule(old, { matchers, order: Number(form.order) || 0, does }, now);
  const fits = fitting(matchers);
  const open = await runSliced(fittingNow(memory, fits));
  const past = await fittingSince(store, (now - days(TRIAL_DAYS)) as Instant, fits);
  return { open, past, days: TRIAL_DAYS, seen: (alarm) => seenUnder(memory, rule, alarm, now) };
}
