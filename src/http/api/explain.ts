import { Type } from 'typebox';
import { type Instant, instantText } from '../../base/time.ts';
import { lateClear } from '../../desk/verbs/receive.ts';
import type { Alarm, UserId } from '../../domain/alarm/alarm.ts';
import { json } from '../answer.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { alarmById, idOf, linesOf } from './one.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { asOf, maybeTime, nullable, somebody } from './shapes.ts';

/** Newest lines of the timeline that an explanation goes back over. */
const LINES_MAX = 100;

const line = Type.Object({
  at: maybeTime('Since when, or when.'),
  what: Type.String({ description: 'What is so, happened, or will happen.' }),
  why: Type.String({ description: 'The reason that was given or found.' }),
  by: nullable(somebody),
  rule: Type.String({ description: 'What decides it: a rule of the desk, a shelf, a source.' }),
});

/** Why an alarm is as it is: what holds now, what comes next by itself, how it came to be. */
export const explainRoute = (parts: ApiParts): Route => ({
  method: 'GET',
  path: `${API}/alarms/:id/explain`,
  access: VIEWER,
  summary: 'Why an alarm is as it is: what holds now, what comes next, and how it came to be.',
  answerSchema: Type.Object({
    id: Type.String(),
    now: Type.Array(line),
    next: Type.Array(line),
    past: Type.Array(line, { description: 'Newest first.' }),
    asOf,
  }),
  handle: (asked) => explain(parts, asked),
});

interface Line {
  readonly at: Instant | undefined;
  readonly what: string;
  readonly why: string;
  readonly by?: UserId | undefined;
  readonly rule: string;
}

async function explain(parts: ApiParts, asked: Asked): Promise<Answer> {
  const alarm = await alarmById(parts.desk, idOf(asked));
  const deadline = parts.desk.deadline(alarm.id);
  const past = await linesOf(parts, alarm.id, undefined, LINES_MAX);
  const drawn = (lines: readonly Line[]) =>
    lines.map(({ at, what, why, by, rule }) => ({
      at: maybeText(at),
      what,
      why,
      by: somebodyJson(parts, by),
      rule,
    }));
  return json(200, {
    id: alarm.id,
    now: drawn([conditionLine(alarm), handlingLine(alarm), ...suppressionLines(alarm)]),
    next: drawn([...nextLines(alarm, deadline), ...endLines(parts, alarm)]),
    past: drawn(
      past.items.map((c) => ({ at: c.at, what: c.what, why: c.text, by: c.by, rule: c.why })),
    ),
    asOf: past.asOf,
  });
}

function conditionLine({ condition, source, text, severity }: Alarm): Line {
  if (condition.is === 'raised')
    return {
      at: condition.since,
      what: `raised, ${severity}`,
      why: text,
      rule: `source ${source} reported it`,
    };
  const unverified = condition.why === 'timeout';
  return {
    at: condition.at,
    what: unverified ? 'cleared, unverified' : 'cleared',
    why: unverified ? 'Nobody said that it is well again.' : text,
    rule: unverified
      ? `source ${source} did not repeat it in time`
      : `source ${source} said it is over`,
  };
}

function handlingLine({ handling, condition }: Alarm): Line {
  if (handling.is === 'none') {
    const what = condition.is === 'raised' ? 'nobody has it' : 'nobody acknowledged it';
    return { at: undefined, what, why: '', rule: 'only people acknowledge and close' };
  }
  const { is: what, at, by, note: why } = handling;
  const rule = what === 'closed' ? 'closed until it is raised again' : 'holds for this episode';
  return { at, what, why, by, rule };
}

const suppressionLines = ({ suppressions }: Alarm): Line[] =>
  suppressions.map((s) => ({
    at: s.since,
    what: `hidden (${s.kind}) until ${instantText(s.until)}`,
    why: s.reason,
    by: s.by,
    rule: s.rule,
  }));

/** A clear that its source said, put off by the off-delay of its type. */
function endLines({ desk }: ApiParts, { id, source }: Alarm): Line[] {
  const timer = desk.memory.get('timers', lateClear(id));
  if (timer?.does.is !== 'clear.late') return [];
  const what = 'cleared, unless it is reported again';
  const rule = `source ${source} said it is over; the off-delay of its type waits`;
  return [{ at: timer.at, what, why: timer.does.event.text, rule }];
}

/** What happens by itself if nothing else does, soonest first. */
function nextLines(alarm: Alarm, deadline: Instant | undefined): Line[] {
  const { condition, handling, suppressions, lease, willClear, source } = alarm;
  const next: Line[] = suppressions.map((s) => ({
    at: s.until,
    what: condition.is === 'raised' ? 'shown again' : 'no longer suppressed',
    why: s.reason,
    rule: `its ${s.kind} ends`,
  }));
  if (handling.is === 'acknowledged' && handling.until !== undefined)
    next.push({
      at: handling.until,
      what: 'waits for somebody again',
      why: handling.note,
      rule: 'the acknowledgement ends',
    });
  if (condition.is === 'raised' && lease && deadline !== undefined) {
    const rule = lease.explicit
      ? `${source} said it holds until then`
      : `${source} has to repeat it`;
    next.push({
      at: deadline,
      what: 'cleared, unverified',
      why: 'unless it is repeated before',
      rule,
    });
  }
  if (condition.is === 'raised' && !willClear)
    next.push({
      at: undefined,
      what: 'stays until a person closes it',
      why: '',
      rule: `${source} cannot clear it`,
    });
  return next.sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity));
}
