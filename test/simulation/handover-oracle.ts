import assert from 'node:assert/strict';
import type { Instant } from '../../src/base/time.ts';
import type { Applied, Memory } from '../../src/desk/desk.ts';
import { onCall, rotaOf } from '../../src/desk/rota.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';

const NAME = 's';

/**
 * What people were told of hands that changed, kept over crashes: each change once, to each who
 * came or went and has an address, and nothing where nothing changed.
 */
export class HandoverOracle {
  #known: readonly UserId[] | undefined;

  /** The desk is up (again): who it thinks is on call must not have been forgotten. */
  resume(memory: Memory): void {
    const roster = memory.get('rosters', NAME);
    if (this.#known) assert.ok(roster, 'who was on call was forgotten over a restart');
    this.#known = roster?.people;
  }

  see(applied: Applied, memory: Memory): void {
    const people = memory.get('rosters', NAME)?.people;
    const told = applied.deliveries.flatMap((id) => {
      const duty = memory.get('deliveries', id)?.notice.duty;
      return duty && id.startsWith(`d${applied.position}.`) ? [duty] : [];
    });
    const [was, is] = [this.#known ?? people ?? [], people ?? []];
    this.#known = people;
    const changed = [...is.filter((p) => !was.includes(p)), ...was.filter((p) => !is.includes(p))];
    const reachable = (p: UserId): boolean =>
      memory.get('users', p)?.disabled === false && memory.pages.contactsOf(p).length > 0;
    const heard = told.filter((duty) => duty.is !== 'will come').map(({ person }) => person);
    assert.deepEqual(
      [...new Set(heard)].sort(),
      changed.filter(reachable).sort(),
      'told of a hand-over, and not of it',
    );
    for (const duty of told) {
      if (duty.is === 'will come') continue;
      assert.deepEqual([duty.before, duty.after], [was, is], 'a hand-over that was none');
    }
  }

  /** All is quiet: who it thinks is on call is, or was a minute ago. */
  rest(memory: Memory, now: Instant): void {
    const rota = rotaOf(memory, NAME);
    if (!rota) return;
    const at = (moment: Instant): string => [...onCall(rota, moment).people].sort().join(' ');
    const known = memory.get('rosters', NAME)?.people.join(' ');
    const right = [at(now), at((now - 60_000) as Instant)];
    assert.ok(known !== undefined && right.includes(known), `${known} is not on call`);
  }
}
