import { setImmediate as pause } from 'node:timers/promises';
import type { Seat } from '../desk/notify/routing-index.ts';
import { type AlertStatus, AlertStatuses } from '../desk/views/alert-status.ts';
import { GroupOrder } from '../desk/views/groups.ts';
import type { Sliced } from '../desk/views/merge.ts';
import { type Alarm, isRaised } from '../domain/alarm/alarm.ts';
import { AlertWriter, ToldTexts } from './alertmanager-alert.ts';
import { answered, JSON_HEADERS } from './alertmanager-answer.ts';
import { endsOf } from './alertmanager-ends.ts';
import type { ListsParts } from './alertmanager-lists.ts';
import { AlertPages, type PageWriting } from './alertmanager-pages.ts';
import {
  asksStatus,
  everything,
  flag,
  matchesWanted,
  readWanted,
  statusWanted,
  type Wanted,
} from './alertmanager-query.ts';
import { COME_AGAIN } from './alertmanager-slots.ts';
import type { Answer, Asked } from './route.ts';

/** One piece of the list: about a millisecond of work. */
const PIECE_BYTES = 262_144;
/** Alarms of a group that are written at once. */
const PART_ALARMS = 256;
/** Groups looked at between two pauses, where few of them are wanted. */
const GROUPS_AT_ONCE = 200;

interface GroupsWanted extends Wanted {
  readonly muted: boolean;
}

/** GET /alerts/groups: who is told of what together. One alert may stand in several groups. */
export class AlertGroups {
  readonly #parts: ListsParts;
  readonly #order: GroupOrder;
  readonly #statuses: AlertStatuses;
  readonly #told = new ToldTexts();
  readonly #pages = new AlertPages();
  readonly #writer = new AlertWriter();

  constructor(parts: ListsParts) {
    this.#parts = parts;
    this.#order = new GroupOrder(parts.desk);
    this.#statuses = new AlertStatuses(parts.desk);
  }

  answer({ query }: Asked): Answer {
    const wanted = readWanted(query, this.#parts.receivers);
    if (typeof wanted === 'string') return answered(400, wanted);
    const { slots } = this.#parts;
    if (slots.areTaken) return COME_AGAIN;
    const pieces = this.#pieces({ ...wanted, muted: flag(query.get('muted')) });
    return { status: 200, headers: JSON_HEADERS, body: slots.counted(pieces) };
  }

  async *#pieces(wanted: GroupsWanted): AsyncGenerator<Uint8Array> {
    if (!this.#order.isKept) this.#pages.clear();
    const whole = everything(wanted) && wanted.muted;
    const seen = new Set<string>();
    let piece: Uint8Array[] = [];
    let [bytes, looked, before] = [0, 0, '['];
    const groups = await whenDone(this.#order.groups());
    for (const group of groups) {
      if (++looked % GROUPS_AT_ONCE === 0) await pause();
      for await (const text of this.#group(group, wanted, whole ? seen : undefined)) {
        if (before !== '') piece.push(Buffer.from(before));
        before = '';
        piece.push(text);
        bytes += text.length;
        if (bytes < PIECE_BYTES) continue;
        yield Buffer.concat(piece);
        [piece, bytes] = [[], 0];
        await pause();
      }
      if (before === '') before = ',';
    }
    if (whole) this.#pages.keepOnly(seen);
    yield Buffer.concat([...piece, Buffer.from(before === '[' ? '[]\n' : ']\n')]);
  }

  /** One group as it is now, in parts; nothing when it is not wanted or nobody in it is. */
  async *#group(
    group: Seat,
    wanted: GroupsWanted,
    seen: Set<string> | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { memory, clock } = this.#parts.desk;
    const { node, labels } = group;
    if (wanted.receives && !wanted.receives([node.receiver.name])) return;
    const mutedBy = memory.routing.closedBy(node, clock.now())?.intervals ?? [];
    if (mutedBy.length > 0 && !wanted.muted) return;
    const members = await whenDone(this.#order.members(group));
    const tail = { labels, receiver: { name: node.receiver.name }, routeLabels: node.route.labels };
    let first = true;
    for (let at = 0; at < members.length; at += PART_ALARMS) {
      const writing = this.#writing(wanted, mutedBy);
      const part = members.slice(at, at + PART_ALARMS);
      const key = `${group.id}/${at}`;
      seen?.add(key);
      const text = seen
        ? this.#pages.page(key, { alarms: part }, writing)
        : this.#some(part, wanted, writing);
      if (text.length === 0) continue;
      if (first) yield OPENING;
      yield first ? text.subarray(1) : text;
      first = false;
      if (at + PART_ALARMS < members.length) await pause();
    }
    if (!first) yield Buffer.from(`],${JSON.stringify(tail).slice(1)}`);
  }

  #some(part: readonly Alarm[], wanted: Wanted, writing: PageWriting): Buffer {
    const { writer, endOf, toldOf } = writing;
    let text = '';
    for (const alarm of part) {
      if (!isRaised(alarm) || !matchesWanted(alarm, wanted)) continue;
      if (asksStatus(wanted) && !statusWanted(this.#statuses.of(alarm), wanted)) continue;
      text += `,${writer.write(alarm, endOf(alarm), toldOf(alarm))}`;
    }
    return Buffer.from(text);
  }

  #writing({ receives }: Wanted, mutedBy: readonly string[]): PageWriting {
    const toldOf = (alarm: Alarm) => {
      const status: AlertStatus = this.#statuses.of(alarm);
      const named = receives
        ? status.receivers.filter((name) => receives([name]))
        : status.receivers;
      const receivers = named.length < 2 ? named : [...named].sort();
      return this.#told.of({ ...status, receivers }, mutedBy);
    };
    const { epoch } = this.#statuses;
    return {
      writer: this.#writer,
      epoch: mutedBy.length === 0 ? epoch : `${epoch} ${mutedBy.join('\0')}`,
      endOf: endsOf(this.#parts.desk),
      toldOf,
    };
  }
}

const OPENING = Buffer.from('{"alerts":[');

/** Lets others run wherever the work pauses. */
async function whenDone<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
}
