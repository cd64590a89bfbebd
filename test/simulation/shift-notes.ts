import assert from 'node:assert/strict';
import { type Instant, minutes } from '../../src/base/time.ts';
import type { Applied, Memory } from '../../src/desk/desk.ts';
import type { HandoverAct } from '../../src/desk/handover-acts.ts';
import { draftedShift } from '../../src/desk/views/handover-draft.ts';
import type { HandoverNoteId } from '../../src/domain/handover/note.ts';
import type { Chance } from './random.ts';
import { ON_DUTY } from './stand-ins.ts';

/** A shift is written down, handed over, asked about, taken back or accepted, in any order. */
export function handOver(c: Chance, now: Instant, memory: Memory | undefined): HandoverAct {
  const all = [...(memory?.all('handovers') ?? [])].filter(({ state }) => state.is !== 'accepted');
  const person = c.pick(ON_DUTY);
  if (!memory || all.length === 0 || c.in100(15)) {
    const from = (now - minutes(60)) as Instant;
    const asked = { author: person, from, now, next: (now + minutes(60)) as Instant };
    const drafted = memory ? draftedShift(memory, asked) : { items: [], more: 0, text: '' };
    const chosen = drafted.items.map((item) =>
      item.kind === 'alarm' ? { ...item, take: c.in100(60) } : item,
    );
    const note = { ...drafted, items: chosen };
    return { verb: 'handover.save', person, handover: '', from, to: now, ...note };
  }
  const { id: handover, author, state } = c.pick(all);
  if (c.in100(state.is === 'draft' ? 90 : 10)) {
    const to = c.in100(50)
      ? { is: 'schedule' as const, schedule: 's' }
      : { is: 'person' as const, person };
    return { verb: 'handover.offer', person: author, handover, to };
  }
  if (c.in100(10)) return { verb: 'handover.ask', person, handover, text: 'Which vendor?' };
  if (c.in100(10)) return { verb: 'handover.withdraw', person: author, handover };
  const named = state.is === 'offered' && state.to.is === 'person' ? state.to.person : person;
  return { verb: 'handover.accept', person: c.in100(80) ? named : person, handover };
}

/** What shifts handed over must keep: whoever took one over is not forgotten, nor what of it. */
export class ShiftOracle {
  readonly #accepted = new Map<HandoverNoteId, string>();

  resume(memory: Memory): void {
    for (const [id, was] of this.#accepted) {
      const state = memory.get('handovers', id)?.state;
      assert.equal(JSON.stringify(state), was, `${id} was taken over, and that was forgotten`);
    }
  }

  /** Accepted by another, once; each alarm that was to change hands did, or it is said why not. */
  see({ tables }: Applied, memory: Memory): void {
    if (!tables.has('handovers')) return;
    for (const { id, author, state, items } of memory.all('handovers')) {
      if (state.is !== 'accepted') continue;
      assert.notEqual(state.by, author, `${id} is accepted by its author`);
      const said = [...state.taken, ...state.left.map(({ alarm }) => alarm)].sort();
      const wanted = items.filter(({ take }) => take).map(({ subject }) => subject);
      assert.deepEqual(said, wanted.sort(), `${id} does not say what became of its alarms`);
      const text = JSON.stringify(state);
      assert.equal(this.#accepted.get(id) ?? text, text, `${id} was taken over twice`);
      this.#accepted.set(id, text);
    }
  }
}
