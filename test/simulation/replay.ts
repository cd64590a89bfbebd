import assert from 'node:assert/strict';
import { apply } from '../../src/desk/apply.ts';
import { decode } from '../../src/desk/codec.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { State } from '../../src/desk/state.ts';
import type { Delivery } from '../../src/desk/tables.ts';
import type { Notice } from '../../src/domain/routing/notice.ts';
import { type Disk, journalOn, storeOn } from './disk.ts';

/** What the whole journal makes of nothing. */
export function wholeJournal(disk: Disk): State {
  const state = new State();
  for (const block of disk.blocks) {
    block.text.split('\n').forEach((text, i) => void apply(state, block.first + i, decode(text)));
  }
  return state;
}

/** What the journal's rest makes of the checkpoint. */
async function checkpointAndRest(disk: Disk): Promise<State> {
  const state = new State();
  const checkpoint = storeOn(disk).load();
  state.position = checkpoint.position;
  state.time = checkpoint.deskTime;
  for await (const rows of checkpoint.rows)
    for (const { table, id, json } of rows) state.set(table as 'timers', id, JSON.parse(json));
  for await (const alarms of checkpoint.alarms)
    for (const alarm of alarms) state.set('alarms', alarm.id, alarm);
  for await (const block of journalOn(disk).read(state.position + 1)) {
    block.text.split('\n').forEach((text, i) => {
      if (block.first + i > state.position) apply(state, block.first + i, decode(text));
    });
  }
  return state;
}

/** A state read back from the disk is the state of the desk, once nothing is on its way. */
export async function compareWithReplay(desk: Desk, disk: Disk): Promise<void> {
  if (disk.isBusy) return;
  const again = await checkpointAndRest(disk);
  assert.equal(again.position, desk.memory.position, 'the journal and the desk are apart');
  assert.equal(again.digest(), (desk.memory as State).digest(), 'replay made another state');
}

/** What became of deliveries, as the whole journal has it. */
export interface Outcomes {
  /** The far side took them, and the desk knows. */
  readonly sent: ReadonlySet<string>;
  /** By id: refused for good. */
  readonly never: ReadonlyMap<string, Notice>;
  /** No news any more, though a try may have been taken. */
  readonly withdrawn: ReadonlySet<string>;
  /** Tried, and made anew: what it said and what is said in its place. By id. */
  readonly replaced: ReadonlyMap<string, readonly [Notice, Notice]>;
}

export function outcomesOf(disk: Disk): Outcomes {
  const state = new State();
  const sent = new Set<string>();
  const withdrawn = new Set<string>();
  const never = new Map<string, Notice>();
  const replaced = new Map<string, readonly [Notice, Notice]>();
  for (const block of disk.blocks) {
    block.text.split('\n').forEach((text, i) => {
      const entry = decode(text);
      const was = entry.kind === 'delivered' && state.get('deliveries', entry.delivery)?.notice;
      const { attempts, writes } = apply(state, block.first + i, entry);
      for (const { delivery, result } of attempts) {
        if (result === 'sent') sent.add(delivery);
        if (result === 'withdrawn') withdrawn.add(delivery);
        if (!was) continue;
        if (result === 'never') never.set(delivery, was);
        const [made] = [...(writes.get('deliveries')?.values() ?? [])].filter((row) => row);
        const now = (made as Delivery | undefined)?.notice;
        if (result === 'later' && now && now.id !== was.id) replaced.set(delivery, [was, now]);
      }
    });
  }
  return { sent, never, withdrawn, replaced };
}
