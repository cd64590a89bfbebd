import { firstShown, wallAt } from '../base/calendar.ts';
import type { Instant } from '../base/time.ts';
import type { SwapsView } from '../console/swaps-part.ts';
import type { Desk } from '../desk/desk.ts';
import { peopleIn, type Rota, shiftsOf, swapsOf } from '../desk/rota.ts';
import type { SwapAct } from '../desk/rota-acts.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { ROTA_LIMITS } from '../domain/rota/schedule.ts';
import { readWall, wallText } from '../domain/rules/ical-values.ts';
import { OPERATOR, ownerOf } from './api/parts.ts';
import { field } from './page-reader.ts';
import { FORM_BYTES_MAX } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface SwapPageParts {
  readonly desk: Desk;
  /** Does it and leads back to the page, with what it was or with what is wrong. */
  readonly does: (asked: Asked, act: SwapAct | string, done: string) => Promise<Answer>;
}

/** The buttons of swaps on the page of who is on call. */
export const swapPages = (parts: SwapPageParts): Route[] => [
  {
    ...form('/oncall/swaps', 'Asks that somebody takes shifts over.'),
    handle: (asked) => {
      const schedule = field(asked.json, 'schedule');
      const [from, to] = [
        timeIn(parts, asked, schedule, 'from'),
        timeIn(parts, asked, schedule, 'to'),
      ];
      if (from === undefined || to === undefined)
        return parts.does(asked, 'Say from when until when.', 'asked');
      const [person, reason] = [ownerOf(asked.actor), field(asked.json, 'reason').trim()];
      const act = { verb: 'swap.ask' as const, schedule, person, from, to, reason };
      return parts.does(asked, act, 'asked');
    },
  },
  {
    ...form('/oncall/swaps/:id/take', 'Takes a request to swap, or a part of it.'),
    handle: (asked) => {
      const swap = asked.params.id ?? '';
      const { schedule = '' } = parts.desk.memory.get('swaps', swap) ?? {};
      const [from, to] = [
        timeIn(parts, asked, schedule, 'from'),
        timeIn(parts, asked, schedule, 'to'),
      ];
      const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      const act = { verb: 'swap.take' as const, swap, taker: ownerOf(asked.actor), ...span };
      return parts.does(asked, act, 'taken');
    },
  },
  {
    ...form('/oncall/swaps/:id/withdraw', 'A swap is not asked for any more.'),
    handle: (asked) => {
      const [swap, reason] = [asked.params.id ?? '', field(asked.json, 'reason').trim()];
      return parts.does(asked, { verb: 'swap.withdraw', swap, reason }, 'withdrawn');
    },
  },
];

const form = (path: string, summary: string) => ({
  ...{ method: 'POST' as const, path, access: OPERATOR, summary },
  ...{ form: true, bodyBytesMax: FORM_BYTES_MAX },
});

/** A time of the schedule's clock. */
function timeIn(
  { desk }: SwapPageParts,
  { json }: Asked,
  schedule: string,
  name: string,
): Instant | undefined {
  const wall = readWall(field(json, name));
  const duty = desk.memory.get('duties', 'duty')?.duty;
  const zone = duty?.schedules.find((one) => one.name === schedule)?.zone ?? 'UTC';
  return wall === undefined ? undefined : firstShown(desk.memory.get('zones', zone), wall);
}

/** Requests of one schedule as its page shows them to a reader. */
export function swapsOfRota(
  { memory }: Pick<Desk, 'memory'>,
  rota: Rota,
  me: UserId,
  now: Instant,
): Omit<SwapsView, 'nameOf'> {
  const { name: schedule } = rota.schedule;
  const wall = (at: Instant): string => wallText(wallAt(rota.zone, at));
  const ahead = { from: now, to: (now + ROTA_LIMITS.look_days_max * 86_400_000) as Instant };
  const mine = shiftsOf(rota, ahead).find(({ person }) => person === me);
  return {
    ...{ schedule, me, now, isMember: peopleIn(memory, schedule).has(me) },
    swaps: swapsOf(memory, schedule, now).map((swap) => ({
      swap,
      from: wall(swap.from),
      to: wall(swap.to),
    })),
    from: wall(mine?.from ?? now),
    to: wall(mine?.to ?? now),
  };
}
