import { DeskError } from '../base/errors.ts';
import { after } from '../base/time.ts';
import { decisionBody, decisionsBody, type ReviewForm } from '../console/decisions-page.ts';
import { errorTitle, type FieldError, refusalError } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import {
  actionsFrom,
  comesUp,
  DECISION_SHOWS,
  DECISION_VIEW_LIMITS,
  decisionSteps,
  searchDecisions,
} from '../desk/views/decisions.ts';
import { FIND_LIMITS } from '../desk/views/find.ts';
import { listDecisions } from '../desk/views/memory-lists.ts';
import { recallView } from '../desk/views/recall.ts';
import { isRaised } from '../domain/alarm/alarm.ts';
import { DECISION_KINDS, type Decision, REVIEW_DEFAULT } from '../domain/memory/decision.ts';
import { seeOther } from './answer.ts';
import { OPERATOR, VIEWER } from './api/parts.ts';
import {
  contextOf,
  dayOf,
  endOfDay,
  linesOf,
  type MemoryPageParts,
  told,
} from './page-memory-parts.ts';
import { textOf } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const AT = '/decisions';

/** Everything that was decided, to be looked through and looked at again. */
export const decisionPages = (parts: MemoryPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Decisions: what was done, why, and whether it held.',
    handle: (asked) => showAll(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/:id`,
    access: VIEWER,
    summary: 'One decision: what it was decided on, what became of it, where it comes up.',
    handle: (asked) => {
      const decision = decisionIn(parts, asked);
      const reviewOn = dayOf(after(parts.desk.clock.now(), REVIEW_DEFAULT));
      return showOne(parts, asked, decision, { reason: '', reviewOn, errors: [] });
    },
  },
  {
    method: 'POST',
    path: `${AT}/:id/review`,
    access: OPERATOR,
    summary: 'Somebody looked at it again: it counts until the next review.',
    form: true,
    handle: (asked) => review(parts, asked),
  },
];

function decisionIn({ desk }: MemoryPageParts, asked: Asked): Decision {
  const found = desk.memory.get('decisions', asked.params.id ?? '');
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such decision' });
  return found;
}

async function showAll(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const { memory } = parts.desk;
  const context = contextOf(parts);
  const said = (name: string): string => asked.query.get(name) ?? '';
  const wanted = {
    shows: DECISION_SHOWS.find((one) => one === said('show')) ?? 'in force',
    kind: DECISION_KINDS.find((one) => one === said('kind')),
    words: said('q').trim().slice(0, FIND_LIMITS.words_chars_max),
  };
  const looking = searchDecisions(memory, wanted, context.nameOf, context.now);
  const { found, counts } = await runSliced(looking);
  const decisions = stretch(found, asked.query);
  const raised = new Map(
    decisions.rows.flatMap(({ about }) => {
      const alarm = memory.get('alarms', about.alarm);
      return alarm && isRaised(alarm) ? [[alarm.id, alarm] as const] : [];
    }),
  );
  const isAny = memory.count('decisions') > 0;
  const view = { ...wanted, counts, decisions, raised, isAny };
  return parts.draw(asked, { title: 'Decisions', at: AT }, (reader) =>
    decisionsBody(context, reader, view),
  );
}

async function showOne(
  parts: MemoryPageParts,
  asked: Asked,
  decision: Decision,
  review: ReviewForm,
): Promise<Answer> {
  const { desk, draw } = parts;
  const { memory } = desk;
  const context = contextOf(parts);
  const { made, about, supersededBy = '' } = decision;
  const alarm = memory.get('alarms', about.alarm);
  const lines = await linesOf(parts, about.alarm, DECISION_VIEW_LIMITS.lines_looked_at_max);
  const recalled = alarm && (await recallView(desk, alarm));
  const next = memory.get('decisions', supersededBy);
  const view = {
    ...{ decision, alarm, review },
    stale: recalled?.answers.find((one) => one.decision.id === decision.id)?.stale ?? [],
    steps: decisionSteps(decision, lines, next, context.nameOf),
    comesUp: await runSliced(comesUp(memory, decision)),
    all: listDecisions(memory, about.alarm),
    actions: actionsFrom(memory, decision),
    silence: made?.is === 'silence' ? memory.get('silences', made.silence) : undefined,
  };
  const status = review.errors.length > 0 ? 422 : 200;
  const title = errorTitle(`${decision.id} ${decision.kind}`, review.errors);
  return draw(asked, { title, at: AT, status }, (reader) => decisionBody(context, reader, view));
}

/** What the desk calls them, and the form. */
const REVIEW_FIELDS = { reason: 'reason', reviewAt: 'reviewOn' };

async function review(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const decision = decisionIn(parts, asked);
  const [reason, reviewOn] = [textOf(asked, 'reason'), textOf(asked, 'reviewOn')];
  const faulty = (...errors: FieldError[]) =>
    showOne(parts, asked, decision, { reason, reviewOn, errors });
  const reviewAt = endOfDay(reviewOn);
  if (reviewAt === undefined) {
    return faulty({ field: 'reviewOn', why: 'Say on which day to look at it again.' });
  }
  const act = { verb: 'decision.review' as const, decision: decision.id, reviewAt, reason };
  const { refused } = await told(parts, asked, act);
  if (refused !== undefined) return faulty(refusalError(refused, REVIEW_FIELDS));
  return seeOther(`${parts.site.prefix}${AT}/${decision.id}`);
}
