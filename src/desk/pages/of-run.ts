import { type AlarmId, identifyLabels } from '../../domain/alarm/event.ts';
import type { Page, PageAnswer } from '../../domain/escalation/page.ts';
import { FIRST_PLACE } from '../../domain/escalation/policy.ts';
import type { GroupId, WayRef } from '../../domain/routing/notice.ts';
import { pageText } from '../../domain/run/parameters.ts';
import { answered, asked, currentTry, type Run } from '../../domain/run/run.ts';
import type { PageStep } from '../../domain/run/runbook.ts';
import type { Draft } from '../draft.ts';
import type { State } from '../state.ts';
import { end, stand } from './course.ts';
import { isLive } from './pages-index.ts';
import { tellRun } from './run-told.ts';

/** A page of a run stands in no group of alarms, but in a place of its own for each step. */
const placeOf = ({ id, step }: Pick<Run, 'id' | 'step'>): readonly [GroupId, WayRef] => [
  `run/${id}` as GroupId,
  { receiver: `run/${id}`, kind: 'escalation', index: step },
];

/** A step of a run has begun that pages somebody: its page begins, and the try knows it. */
export function pageForRun(draft: Draft, state: State, run: Run): void {
  const does = run.steps?.[run.step]?.does;
  const last = currentTry(run);
  if (does?.is !== 'page' || !last) return;
  const { at } = draft.now;
  const policy = policyNow(draft, does);
  if (!policy) {
    const why = 'The run does not know whom to page.';
    return draft.put('runs', run.id, answered(run, last, undefined, why, at));
  }
  const [group, to] = placeOf(run);
  const page: Page = {
    ...{ id: draft.beginPage(), at, group, to, routeLabels: {}, groupLabels: { run: run.id } },
    groupKey: `{}:{run="${run.id}"}`,
    policy,
    ...about(draft, run, pageText(does, run.parameters ?? {})),
    run: { id: run.id, step: run.step, attempt: last.attempt },
    ...{ is: 'open', place: FIRST_PLACE, climbsAt: undefined, told: [], empty: [] },
    ...{ answer: undefined, endedAt: undefined },
  };
  draft.put('runs', run.id, asked(run, page.id));
  stand(draft, state, page, FIRST_PLACE);
}

/** The policy may have changed since the run began; one that went is kept to. */
function policyNow(draft: Draft, { whom, policy }: PageStep): PageStep['policy'] {
  if (whom !== 'policy' || !policy) return policy;
  const held = draft.get('duties', 'duty')?.duty.policies ?? [];
  return held.find(({ name }) => name === policy.name) ?? policy;
}

/** Channels and lists speak of alarms: this is what they have in the place of one. */
function about(draft: Draft, run: Run, text: string): Pick<Page, 'alerts' | 'moreAlerts'> {
  const alarm = run.alarm && draft.get('alarms', run.alarm);
  const on = alarm ? { instance: alarm.resource } : {};
  const labels = { alertname: run.title ?? run.runbook, run: run.id, ...on };
  const [fingerprint, id] = [identifyLabels(labels), run.id as AlarmId];
  const said = { labels, annotations: { summary: text }, text, link: '' };
  const { at: startsAt } = draft.now;
  const severity = alarm?.severity ?? 'indeterminate';
  const one = { alarm: id, fingerprint, status: 'firing' as const, severity, startsAt, ...said };
  return { alerts: [one], moreAlerts: 0 };
}

/** Nobody is asked any more: a person said how the step went, or the run was stopped. */
export function endPageOfRun(draft: Draft, state: State, run: Run): void {
  const live = state.pages.liveOf(...placeOf(run));
  const page = live && draft.get('pages', live);
  if (page && isLive(page)) end(draft, state, page, 'ended');
}

/** Whoever answers the page of a run has taken what it asks: its step is done. */
export function answerForRun(draft: Draft, state: State, page: Page, answer: PageAnswer): void {
  end(draft, state, page, 'answered', answer);
  tellRun(draft, page, answer);
}
