import type { UserId } from '../../domain/alarm/alarm.ts';
import type { PageTarget } from '../../domain/escalation/policy.ts';
import { peopleAt } from '../../domain/rota/on-call.ts';
import type { Draft } from '../draft.ts';
import { rotaOf } from '../rota.ts';
import type { State } from '../state.ts';

/** Somebody to tell, and why this person. */
export interface Reached {
  readonly person: UserId;
  readonly why: string;
}

export interface Who {
  readonly people: readonly Reached[];
  /** Targets that gave nobody, in words. */
  readonly nobody: readonly string[];
}

/** The people behind the targets of a step at this moment, each once. */
export function whoIsBehind(draft: Draft, state: State, targets: readonly PageTarget[]): Who {
  const people = new Map<UserId, string>();
  const nobody: string[] = [];
  for (const target of targets) {
    const { found, why, none } = behind(draft, state, target);
    const active = found.filter((person) => isActive(draft, person));
    if (active.length === 0) nobody.push(none);
    for (const person of active) if (!people.has(person)) people.set(person, why);
  }
  return { people: [...people].map(([person, why]) => ({ person, why })), nobody };
}

/** Without an account, or with a disabled one, nobody is woken. */
function isActive(draft: Draft, person: UserId): boolean {
  const user = draft.get('users', person);
  return user !== undefined && !user.disabled;
}

interface Behind {
  readonly found: readonly UserId[];
  readonly why: string;
  /** What is said when it is nobody. */
  readonly none: string;
}

function behind(draft: Draft, state: State, target: PageTarget): Behind {
  switch (target.is) {
    case 'person':
      return {
        found: [target.person],
        why: 'named by the policy',
        none: 'a person without account',
      };
    case 'team': {
      const { team, people } = target;
      return { found: people, why: `in team ${team}`, none: `team ${team} is empty` };
    }
    case 'schedule': {
      const { schedule: name } = target;
      const why = `on call in ${name}`;
      const rota = rotaOf(state, name);
      if (!rota) return { found: [], why, none: `schedule ${name} is no more` };
      const found = peopleAt(rota.schedule, rota.overrides, rota.zone, draft.now.at);
      return { found, why, none: `nobody is on call in ${name}` };
    }
  }
}
