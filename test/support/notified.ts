import type { Instant } from '../../src/base/time.ts';
import type { DeliveredEntry, NotifyRules } from '../../src/desk/entry.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Decision, Notice } from '../../src/domain/routing/notice.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import { openLife, type Remains, turn } from './desk.ts';

export const NORA = 'nora' as UserId;

type Answer = Pick<DeliveredEntry, 'result' | 'detail'> &
  Partial<Pick<DeliveredEntry, 'retryAfter'>>;

const SENT: Answer = { result: 'sent', detail: '200' };

export type NotifiedDesk = Awaited<ReturnType<typeof openNotified>>;

/**
 * A whole desk on a manual clock whose far sides answer as `answer` says (`undefined`: not yet), as
 * soon as a delivery is due. Waiting is moving the clock: `pass` goes in steps.
 */
export async function openNotified(
  plan?: RoutingPlan,
  remains?: Remains,
  notify: NotifyRules = RULES_DEFAULT.notify,
) {
  const life = await openLife(remains, { ...RULES_DEFAULT, notify });
  const { desk, clock } = life;
  const began = clock.now();
  const notices: Notice[] = [];
  const decisions: Decision[] = [];
  desk.watch((applied) => decisions.push(...applied.decisions));
  const tried = new Set<string>();
  const far = { answer: (_notice: Notice): Answer | undefined => SENT };
  const pump = async (): Promise<void> => {
    for (let n = 0; n < 8; n++) await turn();
    for (const { id, notice, attempts, dueAt } of [...desk.memory.all('deliveries')]) {
      const key = `${id}/${attempts}`;
      if (dueAt > clock.now() || tried.has(key)) continue;
      const answer = far.answer(notice);
      if (!answer) continue;
      tried.add(key);
      if (answer.result === 'sent') notices.push(notice);
      const at = clock.now();
      const attempt = attempts + 1;
      await desk.report({ kind: 'delivered', at, delivery: id, attempt, tookMs: 1, ...answer });
    }
    for (let n = 0; n < 4; n++) await turn();
  };
  const apply = async (next: RoutingPlan): Promise<void> => {
    const act = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
    await desk.act(NORA, { ...act, plan: next });
    await pump();
  };
  if (plan) await apply(plan);
  return {
    ...life,
    notices,
    decisions,
    far,
    pump,
    apply,
    /** Milliseconds since this life began. */
    now: (): number => clock.now() - began,
    at: (ms: number): Instant => (began + ms) as Instant,
    /** Moves the clock on, a second at a time, and lets everything that is due happen. */
    pass: async (ms: number, step = 1_000): Promise<void> => {
      for (let gone = 0; gone < ms; gone += step) {
        clock.pass(Math.min(step, ms - gone));
        await pump();
      }
    },
    /** `webhook first: web-1 firing, web-2 resolved`, one line per notice sent so far. */
    said: (): readonly string[] => notices.map(line),
  };
}

const line = ({ to, reason, alerts }: Notice): string => {
  const about = alerts.map((a) => `${a.labels['instance']} ${a.status}`).join(', ');
  return `${to.receiver} ${reason}: ${about}`;
};
