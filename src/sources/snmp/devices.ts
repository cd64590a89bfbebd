import type { AlarmEvent } from '../../domain/alarm/event.ts';
import { Ports } from './ports.ts';

/** Types whose alarms come and go by themselves while a device starts, and all below them. */
const SETTLING: ReadonlySet<string> = new Set(['link', 'bgp', 'ospf', 'isis', 'bfd', 'ldp']);

/** Is it a raise that the start of its device may explain? */
export const settles = ({ kind, type }: AlarmEvent): boolean =>
  kind === 'raise' && SETTLING.has(type.split('.', 1)[0] ?? '');

/** Devices remembered; beyond, the longest quiet one goes, and with it only what it had shown. */
export const DEVICES_MAX = 16_384;
/** How long a device may have been quiet and still count as heard just now: spares moving it. */
const STALE_MS = 10_000;

/** Datagrams overtake each other: an uptime so much older is no restart. In hundredths. */
export const OVERTAKEN_TICKS = 500;
/** So far may two clocks differ, ours and the device's, between two notifications. */
const CLOCKS_DIFFER_MS = 60_000;
const TICKS_WRAP = 2 ** 32;

/**
 * When a device started, as far as notifications tell: by coldStart or warmStart, or by a sysUpTime
 * that went back. Whoever always says the same uptime, as scripts do, never goes back.
 *
 * Some speak with two clocks, a script beside the agent: then the uptime goes back and far ahead in
 * turn. No clock runs so fast, so from then on only coldStart and warmStart are believed.
 */
export class Starts {
  #uptime: number | undefined;
  #heardAt = 0;
  #isOneClock = true;
  /** Monotonic ms until which it counts as starting. */
  #byTrap = -Infinity;
  #byUptime = -Infinity;

  /** Takes in one notification. True: the device has just started anew. */
  hear(uptime: number | undefined, isStart: boolean, now: number, windowMs: number): boolean {
    const wentBack = uptime !== undefined && this.#compare(uptime, now);
    if (isStart) this.#byTrap = now + windowMs;
    if (!wentBack || !this.#isOneClock) return isStart;
    this.#byUptime = Math.max(this.#byUptime, now + windowMs - 10 * uptime);
    return true;
  }

  /** Is it lower than the last one, and not because the counter came round? */
  #compare(uptime: number, now: number): boolean {
    const last = this.#uptime;
    const expected = (last ?? 0) + (now - this.#heardAt) / 10;
    this.#uptime = uptime;
    this.#heardAt = now;
    if (last === undefined) return false;
    const slack = CLOCKS_DIFFER_MS / 10;
    if (uptime > expected + slack) {
      this.#isOneClock = false;
      this.#byUptime = -Infinity;
    }
    if (uptime >= last - OVERTAKEN_TICKS) return false;
    return Math.abs(expected - TICKS_WRAP - uptime) > slack;
  }

  /** Milliseconds until what its start brings with it should be over; 0 or less: it is up. */
  left(now: number): number {
    return Math.max(this.#byTrap, this.#byUptime) - now;
  }
}

/** What notifications have shown of one device. */
export class Device {
  readonly name: string;
  readonly starts = new Starts();
  readonly ports = new Ports();
  heardAt = -Infinity;

  constructor(name: string) {
    this.name = name;
  }
}

/** Devices by name. */
export class Devices {
  #known = new Map<string, Device>();
  /** Of the last notification: the next is often of the same one. */
  #last: Device = new Device('');

  get size(): number {
    return this.#known.size;
  }

  /** The device of a notification that has just come; in the map the longest quiet stand first. */
  heard(name: string, now: number): Device {
    const known = this.#last.name === name ? this.#last : this.#known.get(name);
    if (known !== undefined && now - known.heardAt < STALE_MS) {
      this.#last = known;
      return known;
    }
    const device = known ?? new Device(name);
    this.#last = device;
    device.heardAt = now;
    this.#known.delete(name);
    this.#known.set(name, device);
    if (this.#known.size > DEVICES_MAX) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    return device;
  }
}
