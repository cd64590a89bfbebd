import { after, type Instant, minutes } from '../../base/time.ts';
import type { AlarmEvent } from '../../domain/alarm/event.ts';
import { deviceOf, labelOf } from './device.ts';
import { learnedLimit } from './habit.ts';
import { Heard } from './heard.ts';

/** Devices kept of one source. */
export const DEVICES_PER_SOURCE_MAX = 20_000;

/** When it is full, so many that were heard least recently are let go … */
export const DEVICES_LET_GO_AT_ONCE = 5_000;
/** … and not again before this: a flood of names costs one look-up each, and pushes out few. */
export const ROOM_MADE_EVERY = minutes(1);

/** So many that talk by habit, or have a limit set, stay whatever else is heard. */
export const REGULARS_KEPT_MAX = 10_000;

/** The devices of one source. */
export class DeviceTable {
  readonly #devices = new Map<string, Heard>();
  #mayMakeRoomAt = 0 as Instant;
  /** Who spoke last. */
  #last: Heard | undefined;
  /** Devices that were forgotten to make room, and sightings for which there was none. */
  letGo = 0;

  get size(): number {
    return this.#devices.size;
  }

  get(name: string): Heard | undefined {
    return this.#devices.get(name);
  }

  /** The one of that name, made if need be; undefined when there is no room. */
  find(name: string, at: Instant): Heard | undefined {
    return this.#devices.get(name) ?? this.#add(name, at);
  }

  /**
   * The one an event is about. Who repeats all that fires does so in the same order each time: so
   * the one that spoke next the last time is asked first, which spares cutting and hashing a name.
   */
  of(event: AlarmEvent, at: Instant): Heard | undefined {
    const said = labelOf(event);
    const last = this.#last;
    if (said !== '' && last !== undefined) {
      if (last.said === said && !last.isGone) return last;
      const { next } = last;
      if (next?.said === said && !next.isGone) {
        this.#last = next;
        return next;
      }
    }
    const found = this.find(deviceOf(event), at);
    if (found !== undefined) found.said = said;
    if (last !== undefined) last.next = found;
    this.#last = found;
    return found;
  }

  /** Takes over what was kept. False: there is no room. */
  put(heard: Heard): boolean {
    if (this.#devices.has(heard.name) || this.size >= DEVICES_PER_SOURCE_MAX) return false;
    this.#devices.set(heard.name, heard);
    return true;
  }

  all(): IterableIterator<Heard> {
    return this.#devices.values();
  }

  #add(name: string, at: Instant): Heard | undefined {
    if (this.size >= DEVICES_PER_SOURCE_MAX) this.#makeRoom(at);
    if (this.size >= DEVICES_PER_SOURCE_MAX) {
      this.letGo++;
      return undefined;
    }
    const fresh = new Heard(name, at);
    this.#devices.set(name, fresh);
    return fresh;
  }

  #makeRoom(now: Instant): void {
    if (now < this.#mayMakeRoomAt) return;
    this.#mayMakeRoomAt = after(now, ROOM_MADE_EVERY);
    let regulars = 0;
    const others: Heard[] = [];
    for (const heard of this.#devices.values()) {
      if (isRegular(heard) && regulars < REGULARS_KEPT_MAX) regulars++;
      else others.push(heard);
    }
    others.sort((a, b) => a.at - b.at);
    for (const heard of others.slice(0, DEVICES_LET_GO_AT_ONCE)) {
      this.#devices.delete(heard.name);
      heard.isGone = true;
      heard.next = undefined;
      this.letGo++;
    }
  }
}

const isRegular = (heard: Heard): boolean =>
  (heard.rule !== undefined && heard.rule > 0) || learnedLimit(heard) !== undefined;
