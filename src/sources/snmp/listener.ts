import type { RemoteInfo, Socket } from 'node:dgram';
import { deviceOf } from './device.ts';
import { type Device, Devices } from './devices.ts';
import { isV3 } from './envelope.ts';
import { Informs, onceOf, onceOfV3, replyTo } from './informs.ts';
import { type Known, Memo, madeOf } from './memo.ts';
import { type Frame, type Notification, readFrame, readVarbinds } from './message.ts';
import { Names } from './mib-names.ts';
import { BATCH_EVENTS_MAX, GATHER_MS_MAX, type Inform, Outflow } from './outflow.ts';
import { type OwnRule, readOwnRules, ruled } from './own-rules.ts';
import { Paths, printOf } from './paths.ts';
import type { Port, PortNames } from './ports.ts';
import { SEEN_PER_REPORT_MAX, withoutSecrets } from './seen.ts';
import { Tally } from './tally.ts';
import type { FromListener, ListenerSettings, SeenDatagram, ToListener } from './thread.ts';
import { eventsOf, NOT_WELCOME, welcome } from './translate.ts';
import { Usm } from './usm.ts';

const REPORT_MS = 1_000;
/** How long stopping waits for what is under way. */
const STOP_MS_MAX = 5_000;

const COLD_START = '1.3.6.1.6.3.1.1.5.1';
const WARM_START = '1.3.6.1.6.3.1.1.5.2';
/** What copies by another way are counted as, beside SNMPv3's own counters. */
const COPIES = 'copiesByAnotherWay';
const STARTING = 'its device has just started: what is down may come up by itself';

/** How the listener is joined to its socket and to the main thread; plain functions in tests. */
export interface Joints {
  readonly settings: ListenerSettings;
  readonly socket: Pick<Socket, 'send' | 'close'>;
  readonly post: (message: FromListener) => void;
  /** Datagrams the kernel dropped since the last call. */
  readonly kernelDrops: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * What happens to a datagram between socket and desk. It is read and translated at once, waits
 * with others for the end of the loop's turn, and leaves in a batch when nothing is in flight,
 * when a batch is full, or after 5 ms: with an idle desk nothing waits, with a busy one the next
 * batch gathers while one is being stored.
 */
export class Listener {
  #joints: Joints;
  #outflow = new Outflow();
  #informs = new Informs();
  #memo = new Memo();
  #devices = new Devices();
  #paths = new Paths();
  #tally = new Tally();
  #usm: Usm | undefined;
  #names: Names | undefined;
  #rules: readonly OwnRule[];
  #seen: SeenDatagram[] = [];
  #soon = false;
  #timer: NodeJS.Timeout | undefined;
  #reporting: NodeJS.Timeout;
  #dropped = 0;
  #copies = 0;
  #received = 0;
  #answered = 0;
  #stopBy = 0;

  constructor(joints: Joints) {
    this.#joints = joints;
    const { v3, names, rules } = joints.settings;
    if (names !== undefined) this.#names = Names.open(names);
    this.#rules = readOwnRules(rules).rules;
    if (v3 !== undefined) {
      const engine = { id: Buffer.from(v3.engineId, 'hex'), boots: v3.engineBoots };
      this.#usm = new Usm(v3.users, engine, joints.now());
    }
    this.#reporting = setInterval(() => this.report(), REPORT_MS);
  }

  /** Datagrams taken since the start. */
  get received(): number {
    return this.#received;
  }

  /** One datagram. Never throws: what cannot be read is counted. */
  take(bytes: Buffer, sender: RemoteInfo): void {
    this.#received++;
    if (this.#usm !== undefined && isV3(bytes)) return this.#takeV3(this.#usm, bytes, sender);
    const frame = readFrame(bytes);
    if (!frame.ok) return this.#tally.add(frame.why, bytes);
    if (!welcome(bytes, frame, this.#joints.settings.communities)) {
      return this.#tally.add(NOT_WELCOME, bytes);
    }
    const from = plainAddress(sender.address);
    if (!frame.inform) return this.#takeTrap(bytes, frame, from);
    const { address, port } = sender;
    const reply = replyTo(bytes, frame);
    const once = onceOf(bytes, frame, from, port);
    this.#takeInform(bytes, frame, from, { once, reply: () => reply, address, port });
  }

  #takeV3(usm: Usm, datagram: Buffer, sender: RemoteInfo): void {
    const from = plainAddress(sender.address);
    const { now } = this.#joints;
    const opened = usm.open(datagram, from, now());
    if (!opened.ok) {
      if (opened.why !== '') this.#tally.add(opened.why, datagram);
      if (opened.report !== undefined) this.#send(opened.report, sender);
      return;
    }
    const { bytes, frame, reply, scopedTo } = opened;
    if (reply === undefined) return this.#takeTrap(bytes, frame, from);
    const { address, port } = sender;
    const once = onceOfV3(bytes, frame, scopedTo, from, port);
    this.#takeInform(bytes, frame, from, { once, reply: () => reply(now()), address, port });
  }

  #takeTrap(bytes: Buffer, frame: Frame, from: string): void {
    const uptime = String(frame.uptime ?? null);
    const now = this.#joints.now();
    const known = this.#make(bytes, frame, from, now);
    if (known === undefined || known.made.length === 0) return;
    if (this.#paths.isCopy(known.print, frame.uptime, now)) {
      this.#copies++;
      return;
    }
    const passing = this.#passing(known, now);
    let kept = true;
    for (const one of known.made) kept = this.#outflow.add(one, uptime, passing) && kept;
    if (!kept) {
      this.#dropped++;
      return;
    }
    this.#paths.kept(known.print, frame.uptime, now);
    this.#gather();
  }

  #takeInform(bytes: Buffer, frame: Frame, from: string, inform: Inform): void {
    const now = this.#joints.now();
    const seen = this.#informs.seen(inform, now);
    if (seen === 'waiting') return;
    if (seen === 'answered') return this.#reply(inform);
    const uptime = String(frame.uptime ?? null);
    const known = this.#make(bytes, frame, from, now);
    if (known === undefined) return;
    const passing = this.#passing(known, now);
    if (known.made.length === 0) return this.#reply(inform); // a rule ignores it: nothing to store
    if (!this.#outflow.addInform(known.made, uptime, inform, passing)) {
      this.#dropped++;
      return;
    }
    this.#informs.taken(inform, now);
    this.#paths.kept(known.print, frame.uptime, now);
    this.#gather();
  }

  /** What a datagram says, out of memory if it was said before; undefined when it was refused. */
  #make(bytes: Buffer, frame: Frame, from: string, now: number): Known | undefined {
    const key = this.#memo.key(bytes, frame);
    const known = key === '' ? undefined : this.#memo.find(from, key);
    if (known !== undefined) {
      const { ports } = this.#hear(known.device, known.isStart, frame, now);
      const { port } = known;
      if (port === undefined || ports.learn(port) === port.names) return known;
    }
    const message = readVarbinds(bytes, frame);
    if (!message.ok) {
      this.#tally.add(message.why, bytes);
      return undefined;
    }
    const made = this.#read(bytes, message, from, now);
    if (key !== '') this.#memo.keep(from, key, made);
    return made;
  }

  #read(bytes: Buffer, message: Notification, from: string, now: number): Known {
    const device = deviceOf(bytes, message, from, this.#joints.settings);
    if (this.#seen.length < SEEN_PER_REPORT_MAX) {
      // What is kept of a v3 notification has lost the engine that may have named its device.
      const shown = message.version === 'v3' ? device : from;
      this.#seen.push({ from: shown, bytes: withoutSecrets(bytes, message) });
    }
    const isStart = message.trapOid === COLD_START || message.trapOid === WARM_START;
    const { ports } = this.#hear(device, isStart, message, now);
    let port: Known['port'];
    const known = (one: Port): PortNames => {
      const names = ports.learn(one);
      port = { ...one, names };
      return names;
    };
    const about = { from, device, names: this.#names, known };
    const events = ruled(eventsOf(bytes, message, about), this.#rules);
    const uptime = String(message.uptime ?? null);
    const made = events.map((event) => madeOf(event, uptime));
    const print = printOf(bytes, message, { device, from, alarm: made[0]?.id ?? '' });
    return { made, device, isStart, port, print };
  }

  /** Takes in when a device started: after it, its numbers may stand for other ports. */
  #hear(name: string, isStart: boolean, { uptime }: Frame, now: number): Device {
    const device = this.#devices.heard(name, now);
    const windowMs = this.#joints.settings.bootWindowSeconds * 1_000;
    if (device.starts.hear(uptime, isStart, now, windowMs)) device.ports.forget();
    return device;
  }

  /** Why what it raises may pass, '' when it will not. */
  #passing({ device, made }: Known, now: number): string {
    if (made[0]?.settles !== true) return '';
    const left = this.#devices.heard(device, now).starts.left(now);
    return left <= 0 ? '' : `"passing":{"for":${Math.ceil(left)},"why":"${STARTING}"},`;
  }

  #gather(): void {
    if (this.#outflow.waiting >= BATCH_EVENTS_MAX) return this.#flush();
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      if (this.#outflow.inFlight === 0) this.#flush();
      else this.#later(GATHER_MS_MAX);
    });
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, ms);
  }

  /** Hands over all it may. What stays waits for an answer, or for the time the desk asked for. */
  #flush(): void {
    const { now, post } = this.#joints;
    for (;;) {
      const batch = this.#outflow.next(now());
      if (batch === undefined) break;
      const { number, text, inform } = batch;
      post({ is: 'batch', number, text, ...(inform === undefined ? {} : { once: inform.once }) });
    }
    const stopping = this.#stopBy > 0;
    if (stopping && (this.#outflow.empty || now() >= this.#stopBy)) return this.#end();
    const again = this.#outflow.askAgainMs(now());
    if (again !== undefined || stopping) this.#later(again ?? GATHER_MS_MAX);
  }

  hear(message: ToListener): void {
    if (message.is === 'stop') return this.#stop();
    if (message.is === 'names') return this.#rename(message.image);
    if (message.is === 'rules') return this.#follow(message.text);
    const { number, ok, retryAfterMs } = message;
    const { now } = this.#joints;
    const inform = this.#outflow.answered(number, { ok, retryAfterMs }, now());
    if (inform !== undefined) {
      this.#reply(this.#informs.answered(inform));
    }
    const { inFlight, waiting } = this.#outflow;
    if (inFlight === 0 || waiting >= BATCH_EVENTS_MAX) this.#flush();
  }

  /** What was made under the old names is made anew. */
  #rename(image: SharedArrayBuffer): void {
    this.#names = Names.open(image);
    this.#memo = new Memo();
  }

  /** What is remembered was made by the old rules. */
  #follow(text: string): void {
    this.#rules = readOwnRules(text).rules;
    this.#memo = new Memo();
  }

  #reply(inform: Inform): void {
    this.#answered++;
    this.#send(inform.reply(), inform);
  }

  /** What cannot be sent is lost on its way: the sender asks again. */
  #send(message: Uint8Array, to: { readonly address: string; readonly port: number }): void {
    this.#joints.socket.send(message, to.port, to.address, () => {});
  }

  report(): void {
    const { kernelDrops, post } = this.#joints;
    post({
      is: 'report',
      refused: this.#tally.take(),
      counted: { ...this.#usm?.takeCounts(), ...(this.#copies > 0 && { [COPIES]: this.#copies }) },
      droppedByQueue: this.#dropped,
      droppedByKernel: kernelDrops(),
      received: this.#received,
      answered: this.#answered,
      waiting: this.#outflow.waiting,
      seen: this.#seen,
    });
    this.#seen = [];
    this.#dropped = 0;
    this.#copies = 0;
  }

  /** Reads no more, and hands over what is there; `#flush` ends it. Replies need the socket. */
  #stop(): void {
    this.#stopBy = this.#joints.now() + STOP_MS_MAX;
    this.#flush();
  }

  #end(): void {
    this.#stopBy = 0;
    clearInterval(this.#reporting);
    clearTimeout(this.#timer);
    this.report();
    this.#joints.socket.close();
    this.#joints.post({ is: 'stopped', left: this.#outflow.left });
  }
}

/** An IPv4 sender on an IPv6 socket is the same device. */
const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;
