import type { Clock } from '../../base/clock.ts';
import { cut } from '../../base/text.ts';
import { type AlarmEvent, identify } from '../../domain/alarm/event.ts';
import { type Book, bookOf } from './book.ts';
import { Fold } from './fold.ts';
import { withoutSecrets } from './parse.ts';
import { SeenLines } from './seen-lines.ts';
import type { Settings } from './settings.ts';
import { Tally } from './tally.ts';
import type { FromListener, ToListener } from './thread.ts';
import { judge } from './translate.ts';

const REPORT_MS = 1_000;
const TICK_MS = 100;
/** How long stopping waits for what is under way. */
export const STOP_MS_MAX = 5_000;
/** Devices whose last word, and whose kinds of line, are remembered. */
export const DEVICES_MAX = 10_000;
/** Kinds of line of one device that no rule knows, in one minute; more become one alarm. */
export const KINDS_PER_DEVICE_MAX = 100;
const KINDS_MS = 60_000;
/** After so many reports each kind of line is shown again to who writes rules. */
const SHOWN_AGAIN_REPORTS = 60;

/** How the listener is joined to the main thread; plain functions in tests. */
export interface Joints {
  readonly settings: Settings;
  /** People's own rules, as saved; '' when there are none. */
  readonly rules: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly post: (message: FromListener) => void;
  /** Datagrams the kernel dropped since the last call. */
  readonly kernelDrops: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** There is no room, or there is again: senders that can wait should. */
  readonly full: (isFull: boolean) => void;
  /** All that was to be handed over is. */
  readonly ended: () => void;
}

/** What is remembered of a device. */
interface Device {
  /** Its last line, where that was an event. */
  last: AlarmEvent | undefined;
  /** Alarms of this minute that no rule knows. */
  readonly kinds: Set<string>;
  /** When the minute began. */
  since: number;
}

/** What happens to a line between its socket and the desk. */
export class Listener {
  readonly #joints: Joints;
  #book: Book;
  readonly #fold: Fold;
  readonly #tally = new Tally();
  readonly #seen = new SeenLines();
  #reports = 0;
  readonly #devices = new Map<string, Device>();
  #inFlight = false;
  #soon = false;
  #isFull = false;
  #dropped = 0;
  #received = 0;
  #quiet = 0;
  #stopBy = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(joints: Joints) {
    this.#joints = joints;
    this.#book = bookOf(joints.settings, joints.rules);
    this.#fold = new Fold(joints.settings.fold_seconds * 1_000);
    this.#timers = [
      setInterval(() => this.report(), REPORT_MS),
      setInterval(() => this.#tick(), TICK_MS),
    ];
  }

  /** Lines read since the start. */
  get received(): number {
    return this.#received;
  }

  /** One line. Never throws. `patient` senders were asked to wait before there was no room. */
  take(line: string, from: string, patient: boolean): void {
    this.#received++;
    const { settings, clock } = this.#joints;
    this.#seen.note(line, from);
    const verdict = judge(line, from, clock.now(), settings, this.#book);
    switch (verdict.is) {
      case 'refused':
        return this.#tally.add(verdict.why, Buffer.from(withoutSecrets(line)));
      case 'quiet': {
        this.#quiet++;
        const device = this.#devices.get(verdict.device);
        if (device) device.last = undefined; // its repeats are as quiet
        return;
      }
      case 'repeat': {
        const last = this.#devices.get(verdict.device)?.last;
        if (last === undefined) this.#quiet++;
        else this.#add({ ...last, count: verdict.count }, patient);
        return;
      }
      case 'event': {
        const { event, device: name, known } = verdict;
        const device = this.#deviceOf(name);
        device.last = known ? event : this.#withinKinds(event, device, name);
        this.#add(device.last, patient);
      }
    }
  }

  /** Counts what came and could not be read as lines. */
  refuse(why: string, sample: Uint8Array, count = 1): void {
    this.#tally.add(why, sample, count);
  }

  #deviceOf(name: string): Device {
    const known = this.#devices.get(name);
    if (known) return known;
    if (this.#devices.size >= DEVICES_MAX) this.#devices.clear();
    const device: Device = { last: undefined, kinds: new Set(), since: this.#joints.now() };
    this.#devices.set(name, device);
    return device;
  }

  /** A device that says something else each time must not fill the desk with alarms. */
  #withinKinds(event: AlarmEvent, device: Device, resource: string): AlarmEvent {
    const { kinds } = device;
    if (kinds.has(event.id)) return event;
    const now = this.#joints.now();
    if (now - device.since > KINDS_MS) {
      kinds.clear();
      device.since = now;
    }
    if (kinds.size < KINDS_PER_DEVICE_MAX) {
      kinds.add(event.id);
      return event;
    }
    const type = 'syslog.many';
    const many = `More than ${KINDS_PER_DEVICE_MAX} kinds of error lines in a minute, one: `;
    const id = identify(resource, type, '');
    const text = cut(many + event.text, 512);
    return { ...event, id, resource, type, qualifier: '', text };
  }

  #add(event: AlarmEvent, patient: boolean): void {
    if (!this.#fold.add(event, this.#joints.now(), patient)) {
      this.#dropped += event.count ?? 1;
      return;
    }
    if (this.#fold.full !== this.#isFull) this.#tellFull();
    if (this.#soon || this.#inFlight) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.#flush();
    });
  }

  #tellFull(): void {
    this.#isFull = this.#fold.full;
    this.#joints.full(this.#isFull);
  }

  #tick(): void {
    this.#fold.tick(this.#joints.now(), this.#stopBy > 0);
    this.#flush();
  }

  #flush(): void {
    const { now, post } = this.#joints;
    if (this.#stopBy > 0 && (this.#fold.empty || now() >= this.#stopBy)) return this.#end();
    if (this.#inFlight || this.#retry !== undefined) return;
    const batch = this.#fold.next();
    if (batch === undefined) return;
    this.#inFlight = true;
    post({ is: 'batch', text: batch.text });
  }

  hear(message: ToListener): void {
    if (message.is === 'stop') {
      this.#stopBy = this.#joints.now() + STOP_MS_MAX;
      return this.#tick();
    }
    if (message.is === 'rules') {
      this.#book = bookOf(this.#joints.settings, message.text);
      return;
    }
    this.#inFlight = false;
    if (!message.ok) {
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        this.#flush();
      }, message.retryAfterMs);
      return;
    }
    this.#fold.done(this.#joints.now());
    if (this.#isFull && !this.#fold.full) this.#tellFull();
    this.#flush();
  }

  report(): void {
    const { kernelDrops, post } = this.#joints;
    post({
      is: 'report',
      refused: this.#tally.take(),
      droppedByQueue: this.#dropped,
      droppedByKernel: kernelDrops(),
      received: this.#received,
      quiet: this.#quiet,
      waiting: this.#fold.left,
      seen: this.#seen.take(),
    });
    if (++this.#reports % SHOWN_AGAIN_REPORTS === 0) this.#seen.forget();
    this.#dropped = 0;
  }

  #end(): void {
    this.#stopBy = 0;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#retry);
    this.report();
    this.#joints.post({ is: 'stopped', left: this.#fold.left });
    this.#joints.ended();
  }
}
