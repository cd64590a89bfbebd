import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { isOpen, type Page, type Told } from '../../domain/escalation/page.ts';
import type { PageTarget } from '../../domain/escalation/policy.ts';
import type { Memory } from '../desk.ts';
import { onCall, rotaOf } from '../rota.ts';
import { reachOf } from './pages.ts';
import type { Why } from './why.ts';
import type { NameOf, Phrase } from './words.ts';

export interface WhyMeFacts {
  readonly memory: Memory;
  readonly person: UserId;
  /** Pages about the alarm, the newest first. */
  readonly pages: readonly Page[];
  /** Who was told of the alarm at all. */
  readonly why: Pick<Why, 'answer' | 'groups'>;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Why whoever asks was woken for an alarm, or why not, as one sentence to them. */
export function whyMe(facts: WhyMeFacts): Phrase {
  const { pages, person, memory } = facts;
  const [page] = pages;
  const mine = page?.told.filter((told) => told.person === person) ?? [];
  const best = BEST.flatMap((is) => mine.find((told) => told.is === is) ?? [])[0];
  const says =
    best && page ? woken(best, page, facts) : page ? passedBy(page, facts) : noPage(facts);
  if (best !== undefined || reachOf(memory, person) !== 'no address') return says;
  return [...says, ' Nobody could wake you anyway: you have no address. Add one under On call.'];
}

/** What counts of several messages: that one arrived. */
const BEST: readonly Told['is'][] = ['sent', 'open', 'held', 'failed', 'withdrawn'];

function woken({ is, at, why, heldUntil }: Told, { answer }: Page, facts: WhyMeFacts): Phrase {
  const { person, nameOf } = facts;
  const when = { at, as: 'clock' } as const;
  const by = answer?.by === person ? 'you' : answer && nameOf(answer.by);
  const end = by === undefined ? '.' : `; ${by} answered.`;
  switch (is) {
    case 'sent':
      return ['You were woken at ', when, `, because you are ${why}${end}`];
    case 'open':
      return ['You are being woken since ', when, `, because you are ${why}${end}`];
    case 'held':
      return heldUntil === undefined
        ? [`You are not woken yet: your messages are held back${end}`]
        : [
            'You are not woken yet: your messages are held back until ',
            { at: heldUntil, as: 'clock' },
            end,
          ];
    case 'failed':
      return [
        'You were to be woken at ',
        when,
        `, because you are ${why}, but no message arrived${end}`,
      ];
    case 'withdrawn':
      return [
        'You were not woken: it was answered or over before your message of ',
        when,
        ' went out.',
      ];
  }
}

/** There is a page, and it told others. */
function passedBy(page: Page, facts: WhyMeFacts): Phrase {
  const { nameOf } = facts;
  const { policy, answer, place, climbsAt } = page;
  const step = [...policy.steps.map(({ targets }) => targets), policy.fallback].findIndex(
    (targets) => targets.some((target) => isMine(target, facts)),
  );
  if (step < 0) {
    const who = policy.steps[0] ? asked(policy.steps[0].targets, nameOf) : 'nobody';
    return [`You were not woken: policy ${policy.name} asks ${who} first, and nowhere you.`];
  }
  const yours = step < policy.steps.length ? `step ${step + 1}` : 'the last resort';
  const where = `you are ${yours} of policy ${policy.name}`;
  if (answer) {
    const at = { at: answer.at, as: 'clock' } as const;
    return [`You were not woken: ${nameOf(answer.by)} answered at `, at, `, and ${where}.`];
  }
  if (isOpen(page) && step > place.step && climbsAt !== undefined) {
    return [
      `You are not woken yet: ${where}; it climbs next at `,
      { at: climbsAt, as: 'clock' },
      '.',
    ];
  }
  const over = page.is === 'ended' ? 'it was over first' : 'somebody else was on call then';
  return [`You were not woken: ${where}, and ${over}.`];
}

const asked = (targets: readonly PageTarget[], nameOf: NameOf): string =>
  targets
    .map((target) => {
      if (target.is === 'person') return nameOf(target.person);
      return target.is === 'team' ? `team ${target.team}` : `who is on call in ${target.schedule}`;
    })
    .join(' and ');

function isMine(target: PageTarget, { memory, person, now }: WhyMeFacts): boolean {
  if (target.is === 'person') return target.person === person;
  if (target.is === 'team') return target.people.includes(person);
  const rota = rotaOf(memory, target.schedule);
  return rota !== undefined && onCall(rota, now).people.includes(person);
}

const WAYS_NAMED_MAX = 3;

function noPage({ why: { answer, groups } }: WhyMeFacts): Phrase {
  if (!answer.told) return ['You were not woken, because nobody was told: see the line above.'];
  const ways = groups.flatMap((group) => group.ways.map(({ way }) => way));
  const wakes = ways.some((way) => way.includes('/escalation['));
  if (wakes) return ['You were not woken: its policy has begun no page for it.'];
  const named = ways.slice(0, WAYS_NAMED_MAX).join(', ');
  return [
    `You were not woken: nobody is for this alarm. Its notices go to ${named}, which wakes nobody.`,
  ];
}
