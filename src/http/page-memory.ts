import { randomUUID } from 'node:crypto';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { after, days } from '../base/time.ts';
import { CAUTION_FIELDS, type CautionForm, cautionsBody } from '../console/actions-page.ts';
import { DECIDE_LABELS, type DecideForm, decideBody } from '../console/decide-page.ts';
import {
  errorTitle,
  type FieldError,
  type FieldErrors,
  fieldLabels,
  refusalError,
} from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import { listCautions } from '../desk/views/memory-lists.ts';
import { recallView } from '../desk/views/recall.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { aboutOf } from '../domain/memory/about.ts';
import { type CautionId, cautionPlace } from '../domain/memory/caution.ts';
import {
  DECISION_KINDS,
  type DecisionId,
  type DecisionKind,
  MAKES,
  REVIEW_DEFAULT,
} from '../domain/memory/decision.ts';
import { prefilled } from '../domain/memory/prefill.ts';
import type { SilenceId } from '../domain/routing/silence.ts';
import { seeOther } from './answer.ts';
import { alarmById } from './api/one.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { actionPages } from './page-actions.ts';
import { closeIncidentPages } from './page-close-incident.ts';
import { decisionPages } from './page-decisions.ts';
import { incidentPages } from './page-incidents.ts';
import {
  contextOf,
  dayOf,
  endOfDay,
  linesOf,
  type MemoryPageParts,
  told,
} from './page-memory-parts.ts';
import { textOf } from './page-reader.ts';
import { formOnce } from './page-routing-parts.ts';
import { sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

/** Until when a caution counts when nobody says. */
const CAUTION_REVIEW = days(90);

/** What people write down for the next time: decisions, actions, cautions, incidents. */
export const memoryPages = (parts: MemoryPageParts): Route[] => [
  {
    method: 'GET',
    path: '/alarms/:id/decide',
    access: OPERATOR,
    summary: 'The form to write down what was decided about an alarm.',
    handle: async (asked) => {
      const alarm = await alarmById(parts.desk, (asked.params.id ?? '') as AlarmId);
      return showDecide(parts, asked, alarm, await begunDecision(parts, alarm));
    },
  },
  {
    method: 'POST',
    path: '/alarms/:id/decide',
    access: OPERATOR,
    summary: 'Writes down what was decided, and an action that follows from it.',
    form: true,
    kept: { labels: DECIDE_LABELS },
    handle: (asked) => decide(parts, asked),
  },
  {
    method: 'GET',
    path: '/cautions',
    access: VIEWER,
    summary: 'Standing warnings on resources.',
    handle: (asked) => showCautions(parts, asked, undefined),
  },
  {
    method: 'POST',
    path: '/cautions',
    access: OPERATOR,
    summary: 'Puts up a caution.',
    form: true,
    kept: { labels: fieldLabels(CAUTION_FIELDS) },
    handle: (asked) => putCaution(parts, asked),
  },
  {
    method: 'POST',
    path: '/cautions/:id/end',
    access: OPERATOR,
    summary: 'Takes a caution down.',
    form: true,
    handle: (asked) => endCaution(parts, asked),
  },
  ...decisionPages(parts),
  ...actionPages(parts),
  ...incidentPages(parts),
  ...closeIncidentPages(parts),
];

const LINES_LOOKED_AT = 100;

/** What its timeline and the last decision say already is filled in. */
async function begunDecision(parts: MemoryPageParts, alarm: Alarm): Promise<DecideForm> {
  const { desk } = parts;
  const reviewOn = dayOf(after(desk.clock.now(), REVIEW_DEFAULT));
  const lines = await linesOf(parts, alarm.id, LINES_LOOKED_AT);
  const own = lines.filter(({ episode }) => episode === alarm.episode);
  const begun = prefilled(own, desk.memory.remembered.lastOn(alarm.id));
  const empty = { options: '', followUp: '', followUpOn: '', errors: [] };
  return { ...empty, ...begun, situation: alarm.text, reviewOn, does: true };
}

async function showDecide(
  parts: MemoryPageParts,
  asked: Asked,
  alarm: Alarm,
  form: DecideForm,
): Promise<Answer> {
  const recalled = await recallView(parts.desk, alarm);
  const status = form.errors.length > 0 ? 422 : 200;
  const drawn = { title: errorTitle('Decide', form.errors), at: '/', status };
  return parts.draw(asked, drawn, (reader) =>
    decideBody(contextOf(parts), reader, alarm, recalled, form),
  );
}

async function decide(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const alarm = await alarmById(desk, (asked.params.id ?? '') as AlarmId);
  const form: DecideForm = {
    kind: (DECISION_KINDS as readonly string[]).includes(textOf(asked, 'kind'))
      ? (textOf(asked, 'kind') as DecisionKind)
      : '',
    what: textOf(asked, 'what'),
    reason: textOf(asked, 'reason'),
    situation: textOf(asked, 'situation'),
    options: textOf(asked, 'options'),
    reviewOn: textOf(asked, 'reviewOn'),
    followUp: textOf(asked, 'followUp'),
    followUpOn: textOf(asked, 'followUpOn'),
    does: textOf(asked, 'does') !== '',
    ...{ from: '', errors: [] },
  };
  const faulty = (...errors: FieldError[]) => showDecide(parts, asked, alarm, { ...form, errors });
  const reviewAt = endOfDay(form.reviewOn);
  const dueAt = endOfDay(form.followUpOn);
  const missing = missingIn(form);
  if (form.kind === '' || reviewAt === undefined || missing.length > 0) return faulty(...missing);
  const options = form.options.split('\n').flatMap((line) => line.trim() || []);
  const { kind, what, reason, situation } = form;
  const incident = desk.memory.remembered.openIncidentOf(alarm.id);
  const createdBy = parts.accounts.name(byOf(asked.actor));
  const act = {
    verb: 'decision.record' as const,
    about: aboutOf(alarm),
    ...(incident === undefined ? {} : { incident }),
    ...{ situation, options, kind, what, reason, reviewAt },
  };
  const silence = randomUUID() as string as SilenceId;
  const does = form.does && MAKES[kind] !== undefined ? { does: { silence, createdBy } } : {};
  // The id of the silence is another one each time the form is sent: the key is without it.
  const once = formOnce(asked, [JSON.stringify(act)]);
  const { refused, made } = await desk.act(byOf(asked.actor), { ...act, ...does }, once);
  if (refused !== undefined) return faulty(refusalError(refused, DECISION_FIELDS));
  if (form.followUp !== '') {
    const followed = await told(parts, asked, {
      verb: 'action.set',
      ...{ title: form.followUp, detail: '', step: 'planned' as const },
      owner: byOf(asked.actor),
      ...(dueAt === undefined ? {} : { dueAt }),
      decision: made as DecisionId,
    });
    if (followed.refused !== undefined) {
      const not = refusalText(followed.refused);
      const why = `It is written down as ${made}; the action is not: ${not}`;
      return faulty({ field: 'followUp', why });
    }
  }
  return seeOther(`${site.prefix}/alarms/${alarm.id}#recall`);
}

/** What the desk calls them, and the form. */
const DECISION_FIELDS = {
  ...{ kind: 'kind', what: 'what', reason: 'reason', situation: 'situation', options: 'options' },
  reviewAt: 'reviewOn',
};

/** All of it at once, so that a form is sent again once. */
function missingIn({ kind, reason, reviewOn, followUp, followUpOn }: DecideForm): FieldErrors {
  const by = followUpOn === '' ? undefined : endOfDay(followUpOn);
  return [
    { field: 'kind', why: 'Say what is done.', is: kind === '' },
    { field: 'reason', why: 'Say why: it is what counts later.', is: reason === '' },
    {
      field: 'reviewOn',
      why: 'Say on which day to look at it again.',
      is: endOfDay(reviewOn) === undefined,
    },
    { field: 'followUp', why: 'Say what the action is.', is: followUp === '' && by !== undefined },
  ].flatMap(({ is, ...error }) => (is ? [error] : []));
}

async function showCautions(
  parts: MemoryPageParts,
  asked: Asked,
  typed: CautionForm | undefined,
): Promise<Answer> {
  const { desk, draw } = parts;
  const all = listCautions(desk.memory);
  const alarm = asked.query.get('alarm') ?? '';
  const held = alarm === '' ? undefined : await alarmById(desk, alarm as AlarmId);
  const reviewOn = dayOf(after(desk.clock.now(), CAUTION_REVIEW));
  const empty = { text: '', reason: '', owner: '', reviewOn, fault: '' };
  const view = {
    cautions: stretch(all, asked.query),
    form: typed ?? { ...empty, resource: held?.resource ?? '' },
    isOpened: typed !== undefined || held !== undefined,
  };
  const drawn = { title: 'Cautions', at: '/cautions', status: typed ? 422 : 200 };
  return draw(asked, drawn, (reader) => cautionsBody(contextOf(parts), reader, view));
}

async function putCaution(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const form: CautionForm = {
    resource: textOf(asked, 'resource'),
    text: textOf(asked, 'text'),
    reason: textOf(asked, 'reason'),
    owner: textOf(asked, 'owner'),
    reviewOn: textOf(asked, 'reviewOn'),
    fault: '',
  };
  const { fault: _, reviewOn, resource, ...said } = form;
  const faulty = (fault: string) => showCautions(parts, asked, { ...form, fault });
  const reviewAt = endOfDay(reviewOn);
  if (reviewAt === undefined) return faulty('reviewAt: a day expected');
  const on = cautionPlace(resource);
  if ('error' in on) return faulty(`resource: ${on.error}`);
  const act = { verb: 'caution.set' as const, ...said, ...on, reviewAt };
  const { refused, made } = await told(parts, asked, act);
  if (refused !== undefined) return faulty(sentence(refusalText(refused)));
  return seeOther(`${parts.site.prefix}/cautions#${made}`);
}

async function endCaution(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const caution = (asked.params.id ?? '') as CautionId;
  const reason = textOf(asked, 'reason');
  const { refused } = await told(parts, asked, { verb: 'caution.end', caution, reason });
  if (refused !== undefined) throw refusalFailure(refused);
  return seeOther(`${parts.site.prefix}/cautions`);
}
