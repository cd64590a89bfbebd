import { Worker } from 'node:worker_threads';
import { DeskError } from '../../base/errors.ts';
import { after, seconds } from '../../base/time.ts';
import type { RunningSource, Source, SourceContext } from '../../ports/source.ts';
import { MibKeeper } from './mib-keeper.ts';
import { nextStart } from './own-engine.ts';
import { snmpRules } from './own-rules-port.ts';
import { type Settings, settings } from './settings.ts';
import type { FromListener, ListenerSettings, ToListener, V3Settings } from './thread.ts';
import { translate } from './translate.ts';
import type { UserSettings } from './usm-keys.ts';

/** After a fault of ours in the thread it is started anew, once a second at most. */
const RESTART_AFTER = seconds(1);

/** SNMP v1, v2c and v3 traps and informs over UDP. */
export const snmp: Source<Settings> = {
  name: 'snmp',
  summary:
    'Listens for SNMP v1, v2c and v3 traps and informs; answers an inform once it is stored.',
  settings,
  translate,
  run,
  rules: snmpRules,
};

async function run(context: SourceContext<Settings>): Promise<RunningSource> {
  const { address, port, receiveBufferBytes, communities, device, engines } = context.settings;
  const { bootWindowSeconds } = context.settings;
  const { socket } = context;
  const thread = new ListenerThread(context);
  context.onRules((text) => thread.follow(text));
  const rules = context.rulesText;
  const naming = { device, engines };
  const listen = {
    address,
    port,
    receiveBufferBytes,
    communities,
    bootWindowSeconds,
    rules,
    ...naming,
  };
  const bound = await thread.start(socket === undefined ? listen : { ...listen, socket });
  thread.readMibs();
  return { listening: [`udp ${bound}`], stop: () => thread.stop() };
}

/** The main thread's side: batches go to the desk in the order they come, answers go back. */
class ListenerThread {
  #context: SourceContext<Settings>;
  #worker: Worker | undefined;
  #waiting = 0;
  #stopped: (() => void) | undefined;
  #mibs: MibKeeper | undefined;
  #rules: string | undefined;

  constructor(context: SourceContext<Settings>) {
    this.#context = context;
    const { mibs } = context.settings;
    if (mibs === '') return;
    this.#mibs = new MibKeeper(context, mibs, (image) => {
      const message: ToListener = { is: 'names', image };
      this.#worker?.postMessage(message);
    });
  }

  /** Resolves with `address:port` once bound; a DeskError says why it cannot be. */
  start(listen: ListenerSettings): Promise<string> {
    const names = this.#mibs?.image;
    const workerData: ListenerSettings = {
      ...listen,
      rules: this.#rules ?? listen.rules,
      ...this.#v3(),
      ...(names !== undefined && { names }),
    };
    return new Promise((resolve, reject) => {
      const url = new URL('./listener.worker.ts', import.meta.url);
      const worker = new Worker(url, { workerData });
      this.#worker = worker;
      worker.on('message', (message: FromListener) => {
        if (message.is === 'failed') {
          reject(notBound(message.why, listen));
        } else if (message.is === 'bound') {
          const port = message.port;
          this.#bound(message.receiveBufferBytes, listen);
          worker.removeAllListeners('error');
          worker.on('error', (error) => this.#broke(error, { ...listen, port }));
          resolve(`${shown(message.address)}:${port}`);
        } else this.#hear(worker, message);
      });
      worker.once('error', reject);
    });
  }

  /** Each thread begins its time at 0, so each is another start. Without users nobody asks. */
  #v3(): { readonly v3?: V3Settings } {
    const { settings, keep, log } = this.#context;
    const users = settings.users as readonly UserSettings[];
    if (users.length === 0) return {};
    const identity = nextStart(keep, settings.engine_id, log);
    log.info('snmp.engine', { ...identity });
    return { v3: { users, ...identity } };
  }

  /** People saved other rules; a thread that starts anew begins with them. */
  follow(text: string): void {
    this.#rules = text;
    const message: ToListener = { is: 'rules', text };
    this.#worker?.postMessage(message);
  }

  /** Linux grants twice what it will use; it uses at most net.core.rmem_max. */
  #bound(granted: number, { receiveBufferBytes: asked, socket }: ListenerSettings): void {
    const usable = process.platform === 'linux' ? granted / 2 : granted;
    this.#context.log.info('snmp.listener-bound', { receiveBufferBytes: usable });
    if (usable >= asked) return;
    this.#context.log.warn('snmp.buffer-small', {
      receiveBufferBytes: usable,
      asked,
      todo:
        socket === undefined
          ? `sysctl -w net.core.rmem_max=${asked}`
          : `ReceiveBuffer=${asked} in the [Socket] section of its unit`,
    });
  }

  #hear(worker: Worker, message: FromListener): void {
    if (message.is === 'batch') void this.#deliver(worker, message);
    else if (message.is === 'stopped') {
      if (message.left > 0) this.#context.dropped('queue', message.left);
      this.#stopped?.();
    } else if (message.is === 'report') this.#report(message);
  }

  #report(report: Extract<FromListener, { is: 'report' }>): void {
    const context = this.#context;
    this.#waiting = report.waiting;
    if (report.droppedByQueue > 0) context.dropped('queue', report.droppedByQueue);
    if (report.droppedByKernel > 0) context.dropped('kernel', report.droppedByKernel);
    for (const [what, count] of Object.entries(report.counted)) context.counted(what, count);
    const at = context.clock.now();
    for (const { from, bytes } of report.seen) {
      context.seen({ body: bytes, at, from, contentType: '' });
    }
    for (const { why, count, sample } of report.refused) {
      context.refused(why, sample, count);
    }
  }

  async #deliver(worker: Worker, batch: Extract<FromListener, { is: 'batch' }>): Promise<void> {
    const answer = (ok: boolean, retryAfterMs: number): void => {
      const message: ToListener = { is: 'answer', number: batch.number, ok, retryAfterMs };
      worker.postMessage(message);
    };
    try {
      const delivered = await this.#context.receiveText(batch.text, batch.once);
      answer(delivered.ok, delivered.ok ? 0 : delivered.retryAfterSeconds * 1_000);
    } catch (error) {
      this.#context.log.error('snmp.delivery-failed', { error });
      answer(false, RESTART_AFTER);
    }
  }

  /** Ours to repair; meanwhile the kernel's buffer holds what it can. */
  #broke(error: unknown, listen: ListenerSettings): void {
    const { log, clock } = this.#context;
    log.error('snmp.listener-failed', { error });
    if (this.#waiting > 0) this.#context.dropped('thread', this.#waiting);
    if (this.#stopped !== undefined) return this.#stopped();
    clock.at(after(clock.now(), RESTART_AFTER), () => {
      this.start(listen).catch((fault: unknown) => this.#broke(fault, listen));
    });
  }

  /** From now on; until they are read, names are those of the last start. */
  readMibs(): void {
    this.#mibs?.look();
  }

  async stop(): Promise<void> {
    await this.#mibs?.stop();
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      const message: ToListener = { is: 'stop' };
      worker.postMessage(message);
    });
    await worker.terminate();
  }
}

/** A port below 1024 without the right to it is what a first start often meets. */
function notBound(why: string, { address, port, socket }: ListenerSettings): DeskError {
  const where = socket === undefined ? `udp ${shown(address)}:${port}` : `descriptor ${socket}`;
  if (why.includes('EACCES')) return new DeskError('LISTEN_NOT_ALLOWED', { where });
  return new DeskError('LISTEN_FAILED', { where, why, flag: '--snmp.listen-address' });
}

const shown = (address: string): string => (address.includes(':') ? `[${address}]` : address);
