import { later } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { wayText } from '../../domain/routing/notice.ts';
import type { PlacedAttempt, PlacedDecision } from '../../ports/store.ts';
import { REASON_SAYS } from './notice-words.ts';
import type { RouteWay } from './route-steps.ts';
import type { WhyGroup } from './why-groups.ts';
import type { WhyMute } from './why-mutes.ts';
import { handlingPhrase, type NameOf, type Phrase } from './words.ts';

/** Ways named in the first sentence; the rest is counted. */
const WAYS_NAMED_MAX = 3;

/** The first line: who was told, or why nobody was. */
export interface WhyAnswer {
  readonly told: boolean;
  readonly says: Phrase;
}

/** What the answer for now is made of. */
export interface AnswerFacts {
  readonly alarm: Alarm;
  /** Undefined: the desk has no routing yet. */
  readonly route: RouteWay | undefined;
  readonly groups: readonly WhyGroup[];
  readonly mutes: readonly WhyMute[];
  readonly decisions: readonly PlacedDecision[];
  readonly attempts: readonly PlacedAttempt[];
  readonly nameOf: NameOf;
}

export function answerNow(facts: AnswerFacts): WhyAnswer {
  const { groups, alarm } = facts;
  const told = groups.flatMap(({ ways }) =>
    ways.flatMap(({ way, told: t }): ToldLine[] =>
      t === undefined || t.as === 'taken back' ? [] : [{ way, ...t, as: t.as }],
    ),
  );
  const lines = told.length > 0 ? told : sentSince(facts, alarm.condition.since);
  if (lines.length === 0) return { told: false, says: whyNobody(facts) };
  const { told: isTold, says } = toldAnswer(lines);
  return { told: isTold, says: [...says, ...notReached(groups)] };
}

/** The same for a moment of the past: only what was written down by then is known. */
export function answerThen(
  facts: Pick<AnswerFacts, 'alarm' | 'attempts' | 'decisions'>,
  muteSays: (decision: PlacedDecision) => Phrase | undefined,
): WhyAnswer {
  const lines = sentSince(facts, 0);
  if (lines.length > 0) return toldAnswer(lines);
  const [last] = facts.decisions;
  if (!last) {
    return {
      told: false,
      says: ['Nobody was told by then: no look at a group had come to this alarm yet.'],
    };
  }
  const mute = muteSays(last);
  const when: Phrase = [' (', wayText(last.to), ', ', { at: last.at, as: 'clock' }, ').'];
  if (mute)
    return { told: false, says: ['Nobody was told by then, because it was ', ...mute, ...when] };
  const why =
    last.verdict === 'notify' ? 'the notice had not arrived yet' : REASON_SAYS[last.reason];
  return { told: false, says: [`Nobody was told by then, because ${why}`, ...when] };
}

interface ToldLine {
  readonly way: string;
  readonly at: PlacedAttempt['at'];
  readonly as: 'firing' | 'resolved' | '';
  readonly shadow: boolean;
}

/** Newest successful send per way that spoke of the alarm. */
function sentSince(
  { alarm, attempts, decisions }: Pick<AnswerFacts, 'alarm' | 'attempts' | 'decisions'>,
  since: number,
): ToldLine[] {
  const spoke = new Set(
    decisions.flatMap((d) => (d.delivery && d.alarms.includes(alarm.id) ? [d.delivery] : [])),
  );
  const lines = new Map<string, ToldLine>();
  for (const { result, delivery, at, to } of attempts) {
    const way = wayText(to);
    const isTold = result === 'sent' || result === 'shadow';
    if (!isTold || at < since || !spoke.has(delivery) || lines.has(way)) continue;
    lines.set(way, { way, at, as: '', shadow: result === 'shadow' });
  }
  return [...lines.values()];
}

/** Those who really were told, if anybody was; what shadow mode kept back is no telling. */
function toldAnswer(lines: readonly ToldLine[]): WhyAnswer {
  const real = lines.filter(({ shadow }) => !shadow);
  if (real.length === lines.length) return { told: true, says: toldPhrase(real, 'was told') };
  const kept = toldPhrase(
    lines.filter(({ shadow }) => shadow),
    'would have been told',
  );
  if (real.length === 0)
    return { told: false, says: ['Nobody was told, because of shadow mode: ', ...kept] };
  return { told: true, says: [...toldPhrase(real, 'was told'), ' In shadow mode: ', ...kept] };
}

function toldPhrase(lines: readonly ToldLine[], did: string): Phrase {
  const parts: Phrase[number][] = [];
  for (const [n, { way, at, as }] of lines.slice(0, WAYS_NAMED_MAX).entries()) {
    const what = as === '' ? '' : as === 'firing' ? ' that it is raised' : ' that it is over';
    parts.push(`${n > 0 ? '; ' : ''}${way} ${did}${what} at `, { at, as: 'clock' });
  }
  const more = lines.length - WAYS_NAMED_MAX;
  return [...parts, more > 0 ? `; and ${more} more.` : '.'];
}

/** Others were told; these are still to be. */
function notReached(groups: readonly WhyGroup[]): Phrase {
  const open = groups
    .flatMap(({ ways }) => ways)
    .filter(({ delivery }) => delivery?.aboutIt && delivery.attempts > 0);
  if (open.length === 0) return [];
  const named = open
    .slice(0, WAYS_NAMED_MAX)
    .map(({ way, lastError }) => (lastError === '' ? way : `${way} (${lastError})`));
  const more = open.length - named.length;
  return [` Not reached yet: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`];
}

function whyNobody(facts: AnswerFacts): Phrase {
  const { route, groups, alarm, nameOf } = facts;
  if (!route) return ['Nobody was told, because the desk has no routing: apply a configuration.'];
  const silent = groups.every(({ ways }) => ways.length === 0);
  if (silent) {
    const names = groups.map(({ receiver }) => `"${receiver}"`).join(', ');
    return [`Nobody was told, because its receiver ${names} has no way out: it tells nobody.`];
  }
  const { is } = alarm.handling;
  if (is === 'closed') {
    return ['Nobody was told, because it was ', ...handlingPhrase(alarm, nameOf), '.'];
  }
  return underWay(groups) ?? hidden(facts) ?? waits(facts) ?? lastWord(facts);
}

/** A notice about it is on its way, and has not arrived. */
function underWay(groups: readonly WhyGroup[]): Phrase | undefined {
  for (const { ways } of groups) {
    for (const { way, delivery, lastError, pausedUntil } of ways) {
      if (!delivery?.aboutIt) continue;
      const tries = delivery.attempts === 1 ? '1 try' : `${delivery.attempts} tries`;
      if (delivery.attempts === 0)
        return [`Nobody was told yet: the notice to ${way} is on its way.`];
      const said = lastError === '' ? '' : ` (${lastError})`;
      const next = {
        at: later(delivery.dueAt, pausedUntil ?? delivery.dueAt),
        as: 'clock',
      } as const;
      return [
        `Nobody was told yet: ${tries} to reach ${way} failed${said}; next try at `,
        next,
        '.',
      ];
    }
  }
  return undefined;
}

function hidden({ mutes, groups }: AnswerFacts): Phrase | undefined {
  const [first] = mutes;
  if (first) {
    const more = mutes.length > 1 ? `, and for ${mutes.length - 1} more reasons` : '';
    return ['Nobody was told, because it is ', ...first.says, `${more}.`];
  }
  const closed = groups.every((group) => group.closed !== undefined)
    ? groups[0]?.closed
    : undefined;
  if (!closed) return undefined;
  const names = closed.intervals.map((name) => `"${name}"`).join(', ');
  const why = closed.why === 'mute' ? `in the mute interval ${names}` : `outside ${names}`;
  const until: Phrase = closed.until ? [' until ', { at: closed.until, as: 'clock' }] : [];
  return [`Nobody was told, because the route is ${why}`, ...until, '.'];
}

/** Its group has not been looked at since it came. */
function waits({ alarm, groups }: AnswerFacts): Phrase | undefined {
  if (alarm.condition.is !== 'raised') return undefined;
  for (const { looks, ways } of groups) {
    if (!looks) continue;
    const next = { at: looks.nextAt, as: 'clock' } as const;
    if (looks.lastAt === undefined) {
      return [`Nobody was told yet: ${looks.says}; it is looked at first at `, next, '.'];
    }
    if (ways.some((way) => way.next?.tells)) {
      const last = { at: looks.lastAt, as: 'clock' } as const;
      return [
        'Nobody was told yet: its group was last looked at at ',
        last,
        ', the next look is at ',
        next,
        '.',
      ];
    }
  }
  return undefined;
}

function lastWord({ groups, decisions, alarm }: AnswerFacts): Phrase {
  const next = groups.flatMap(({ ways }) => ways).find((way) => way.next !== undefined)?.next;
  if (next) return [`Nobody was told, because ${REASON_SAYS[next.reason]}.`];
  const last = decisions.find((d) => d.at >= alarm.condition.since);
  if (last?.verdict === 'quiet') return [`Nobody was told, because ${REASON_SAYS[last.reason]}.`];
  if (alarm.condition.is === 'cleared') {
    return ['Nobody was told, because it was over before its group was looked at.'];
  }
  return ['Nobody was told: no look at a group has come to this alarm yet.'];
}
