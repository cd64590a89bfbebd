import { absent, byState, type Did } from '../../base/refusal.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { isOpen } from '../../domain/escalation/page.ts';
import type { Draft } from '../draft.ts';
import type { PageAct } from '../page-acts.ts';
import { climb } from '../pages/course.ts';
import { answerForRun } from '../pages/of-run.ts';
import { isLive } from '../pages/pages-index.ts';
import type { State } from '../state.ts';
import { acknowledge } from './acknowledge.ts';

/** Somebody answers a page: all of it that nobody has is acknowledged. Or it is sent on. */
export function onPage(draft: Draft, state: State, by: UserId, act: PageAct): Did {
  const page = draft.get('pages', act.page);
  if (!page) return { refused: absent('such page', 'it ended long ago, or never was') };
  if (act.verb === 'page.climb') {
    if (!isOpen(page)) return { refused: byState('Nobody is being waited for any more.') };
    climb(draft, state, page.id);
    return { made: page.id };
  }
  if (!isLive(page)) {
    const who = page.answer ? `${page.answer.by} has answered it` : 'it is over';
    return { refused: byState(`There is nothing to answer: ${who}.`) };
  }
  const answer = { by, at: draft.now.at, how: act.how };
  if (page.run) {
    answerForRun(draft, state, page, answer);
    return { made: page.id };
  }
  const on = page.alerts.flatMap(({ alarm: id }) => {
    const alarm = draft.get('alarms', id);
    return alarm?.handling.is === 'none' ? [{ id, episode: alarm.episode }] : [];
  });
  const results = acknowledge(draft, { verb: 'acknowledge', on, note: act.note, by });
  for (const result of results) {
    const outcome = result.ok ? 'done' : result.why;
    draft.audit.push({ by, verb: 'acknowledge', subject: result.id, outcome, detail: act.note });
  }
  draft.put('pages', page.id, { ...page, answer });
  return { made: page.id };
}
