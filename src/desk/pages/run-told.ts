import type { Page, PageAnswer } from '../../domain/escalation/page.ts';
import { answered } from '../../domain/run/run.ts';
import type { Draft } from '../draft.ts';

/** What came of the page a run's step waits for; without an answer nobody is left to tell. */
export function tellRun(draft: Draft, { run }: Page, answer: PageAnswer | undefined): void {
  const held = run && draft.get('runs', run.id);
  if (!held) return;
  const next = answered(held, run, answer?.by, wordsOf(answer), draft.now.at);
  if (next !== held) draft.put('runs', held.id, next);
}

function wordsOf(answer: PageAnswer | undefined): string {
  if (!answer) return 'Nobody answered: everybody was told as often as promised.';
  return answer.how === 'message' ? 'Answered from the message.' : 'Answered at the desk.';
}
