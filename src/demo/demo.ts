import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, millis, seconds } from '../base/time.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { AlarmAct, SilenceAct, Target } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId } from '../domain/alarm/event.ts';
import { type Chance, chanceFrom } from './chance.ts';
import { bringInventory, leaveTraces } from './deeds.ts';
import { ORG } from './network.ts';
import { type DemoPerson, PASSWORD, PEOPLE, settle } from './people.ts';
import { demoSilence } from './routing.ts';
import { type Deed, type Prop, SCENE } from './scene.ts';
import { type Receive, Stage } from './stage.ts';
import { changed, cleared, raisedOnce } from './tell.ts';
import { nextTrouble, type Step, type Trouble } from './trouble.ts';

export interface DemoParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly receive: Receive;
  /** Same seed, same trouble. */
  readonly seed: number;
  /** Called once the people are there: on call is who is a user of the desk. */
  readonly settled?: (personOf: PersonOf) => Promise<void>;
  /** Called once, when the scene of a new demo is set. */
  readonly set?: (personOf: PersonOf) => Promise<void>;
}

export interface RunningDemo {
  /** Who can sign in, all with the same password. */
  readonly people: readonly DemoPerson[];
  readonly password: string;
  /** Ends the live trouble; what is raised stays raised. */
  stop(): Promise<void>;
}

/** Troubles at once; with the scene's own alarms some sixty are open at the worst moment. */
const TROUBLES_MAX = 8;
const FIRST_AFTER = seconds(5);
const NEXT_AFTER_SECONDS = [3, 8] as const;

/** The person of that login. */
export type PersonOf = (login: string) => UserId;

/** Sets the scene, unless a run before has, and lets trouble come and go until stopped. */
export async function startDemo(parts: DemoParts): Promise<RunningDemo> {
  const { accounts, clock, receive } = parts;
  const stage = new Stage(clock, receive);
  const isNew = accounts.people.byLogin(PEOPLE[0]?.login ?? '') === undefined;
  const personOf = await settle(accounts);
  if (isNew) await bringInventory(parts, personOf('ada'));
  await parts.settled?.(personOf);
  if (isNew) {
    await doIt(parts, personOf('ada'), demoSilence(clock.now()));
    for (const prop of SCENE) await setUp(prop, parts, stage, personOf);
    await leaveTraces({ ...parts, personOf }, clock.now());
    await parts.set?.(personOf);
  } else await takeUp(parts, stage);
  stage.begin();
  const play = new Play(parts, stage, personOf);
  play.begin();
  return {
    people: PEOPLE,
    password: PASSWORD,
    async stop() {
      stage.end();
      await play.end();
    },
  };
}

async function setUp(prop: Prop, parts: DemoParts, stage: Stage, personOf: PersonOf) {
  const now = parts.clock.now();
  const { fault } = prop;
  const began = ago(now, prop.ago);
  const earlier = [...prop.before].sort(([a], [b]) => b - a);
  const history: AlarmEvent[] = earlier.flatMap(([start, lasted]) => [
    raisedOnce(fault, ago(now, start)),
    cleared(fault, ago(now, start - lasted)),
  ]);
  await tellAll(stage, fault.way, history);
  if (prop.over !== undefined) await stage.tell(fault.way, [raisedOnce(fault, began)]);
  else if (prop.grewAfter === undefined) await stage.raise([fault], began, now);
  else {
    const first = { ...fault, event: { ...fault.event, severity: 'warning' as const } };
    await stage.raise([first], began, now);
    const { severity = 'major', text } = fault.event;
    await stage.tell(fault.way, [changed(fault, severity, text, after(began, prop.grewAfter))]);
  }
  for (const deed of prop.deeds) await perform(deed, fault.event.id, parts, personOf);
  if (prop.over !== undefined) await stage.tell(fault.way, [cleared(fault, ago(now, prop.over))]);
}

const ago = (now: Instant, length: number): Instant => after(now, millis(-length));

const tellAll = async (stage: Stage, way: Prop['fault']['way'], events: readonly AlarmEvent[]) => {
  if (events.length > 0) await stage.tell(way, events);
};

async function perform(deed: Deed, id: AlarmId, parts: DemoParts, personOf: PersonOf) {
  await doIt(parts, personOf(deed.who), actOf(deed, [{ id }], parts.clock.now(), personOf));
}

function actOf(deed: Deed, on: readonly Target[], now: Instant, personOf: PersonOf): AlarmAct {
  switch (deed.do) {
    case 'ticket':
      return { verb: 'ticket', on, ticket: deed.ticket, note: '' };
    case 'assign':
      return { verb: 'assign', on, assignee: personOf(deed.to), note: '' };
    case 'shelve':
      return { verb: 'shelve', on, until: after(now, deed.length), reason: deed.reason };
    default:
      return { verb: deed.do, on, note: deed.note };
  }
}

/** A desk that cannot write just now costs the demo one deed, not its life. */
async function doIt({ desk, log }: DemoParts, by: UserId, act: AlarmAct | SilenceAct) {
  try {
    await desk.act(by, act);
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    log.warn('demo.refused', { code: error.code });
  }
}

/** After a restart: the scene's alerts go on firing, the rest of the old trouble is over. */
async function takeUp({ desk, clock }: DemoParts, stage: Stage): Promise<void> {
  const now = clock.now();
  const lasting = SCENE.filter((prop) => prop.over === undefined);
  const ids = new Set(lasting.map((prop) => prop.fault.event.id));
  for (const { fault } of lasting) {
    if (fault.way !== 'alertmanager') continue;
    const known = desk.memory.get('alarms', fault.event.id);
    const since = known?.condition.is === 'raised' ? known.condition.since : undefined;
    await stage.raise([fault], since ?? now, now);
  }
  for (const alarm of [...desk.memory.all('alarms')]) {
    const ours = alarm.labels.org === ORG && !ids.has(alarm.id) && alarm.willClear;
    if (!ours || alarm.condition.is !== 'raised') continue;
    const { id, resource, type, qualifier, labels, byLabels } = alarm;
    const way = byLabels ? 'alertmanager' : alarm.source === 'webhook' ? 'webhook' : 'snmp';
    const { text } = alarm;
    const event = { kind: 'raise' as const, id, byLabels, resource, type, qualifier, labels, text };
    await stage.clear([{ way, event }], now);
  }
}

/** The live trouble: what is going on now, and what comes next. */
class Play {
  readonly #parts: DemoParts;
  readonly #stage: Stage;
  readonly #personOf: PersonOf;
  readonly #chance: Chance;
  readonly #going = new Set<Trouble>();
  readonly #cancels = new Set<() => void>();
  #isFirst = true;
  #isOver = false;
  /** Everything is told in one line, so that a seed gives one order. */
  #told: Promise<void> = Promise.resolve();

  constructor(parts: DemoParts, stage: Stage, personOf: PersonOf) {
    this.#parts = parts;
    this.#stage = stage;
    this.#personOf = personOf;
    this.#chance = chanceFrom(parts.seed);
  }

  begin(): void {
    this.#later(FIRST_AFTER, () => this.#another());
  }

  end(): Promise<void> {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    return this.#told;
  }

  #another(): void {
    const trouble = nextTrouble(this.#chance, this.#isFirst);
    this.#isFirst = false;
    const used = new Set([...this.#going].flatMap((t) => t.uses));
    const fits = this.#going.size < TROUBLES_MAX && !trouble.uses.some((u) => used.has(u));
    if (fits) {
      this.#going.add(trouble);
      this.#go(trouble, 0);
    }
    this.#later(seconds(this.#chance.between(...NEXT_AFTER_SECONDS)), () => this.#another());
  }

  #go(trouble: Trouble, nth: number): void {
    const step = trouble.steps[nth];
    if (step === undefined) {
      this.#going.delete(trouble);
      return;
    }
    this.#later(step.wait, () => {
      const at = this.#parts.clock.now();
      this.#told = this.#told.then(() => (this.#isOver ? undefined : this.#perform(step, at)));
      this.#go(trouble, nth + 1);
    });
  }

  async #perform(step: Step, at: Instant): Promise<void> {
    switch (step.is) {
      case 'raise':
        return this.#stage.raise(step.faults, at, at);
      case 'clear':
        return this.#stage.clear(step.faults, at);
      case 'change':
        return this.#stage.tell(step.fault.way, [
          changed(step.fault, step.severity, step.text, at),
        ]);
      default: {
        const on = [{ id: step.fault.event.id }];
        return doIt(this.#parts, this.#personOf('nora'), { verb: step.is, on, note: step.note });
      }
    }
  }

  #later(wait: number, task: () => void): void {
    const cancel = this.#parts.clock.at(after(this.#parts.clock.now(), millis(wait)), () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }
}
