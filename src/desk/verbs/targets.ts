import type { Alarm } from '../../domain/alarm/alarm.ts';
import { type Happening, step } from '../../domain/alarm/step.ts';
import type { Draft } from '../draft.ts';
import type { Target, TargetResult } from '../entry.ts';

/**
 * Does one happening to each alarm named, and tells for each what became of it. An alarm raised
 * again since the person looked is left alone: they decided about another episode.
 */
export function onEach(
  draft: Draft,
  targets: readonly Target[],
  happening: Happening,
  then: (alarm: Alarm) => void = () => {},
): readonly TargetResult[] {
  return targets.map((target): TargetResult => {
    const { id } = target;
    const alarm = draft.get('alarms', id);
    if (!alarm) {
      const why = 'There is no such alarm in memory: it was never raised, or cleared long ago.';
      return { id, ok: false, code: 'ALARM_NOT_FOUND', why };
    }
    if (target.episode !== undefined && target.episode !== alarm.episode) {
      const seen = `episode ${alarm.episode}, you saw ${target.episode}`;
      const why = `It has been raised again since you looked (${seen}).`;
      return { id, ok: false, code: 'EPISODE_PASSED', why };
    }
    const stepped = step(alarm, happening, draft.now);
    if (!stepped.ok) return { id, ok: false, code: 'ACTION_REFUSED', why: stepped.because };
    draft.take(alarm, stepped);
    then(stepped.alarm);
    return done(stepped.alarm);
  });
}

function done(alarm: Alarm): TargetResult {
  const shelf = alarm.suppressions.find((s) => s.kind === 'shelf');
  return {
    id: alarm.id,
    ok: true,
    episode: alarm.episode,
    revision: alarm.revision,
    condition: alarm.condition.is,
    handling: alarm.handling.is,
    ...(shelf ? { shelvedUntil: shelf.until } : {}),
  };
}
