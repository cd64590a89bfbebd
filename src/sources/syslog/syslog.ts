import { Worker } from 'node:worker_threads';
import { DeskError } from '../../base/errors.ts';
import { after, seconds } from '../../base/time.ts';
import type { RunningSource, Source, SourceContext } from '../../ports/source.ts';
import { bookOf } from './book.ts';
import { syslogRules } from './own-rules-port.ts';
import { type Settings, settings } from './settings.ts';
import type { FromListener, ThreadSettings, ToListener } from './thread.ts';
import { translate } from './translate.ts';

/** After a fault of ours in a thread it is started anew, once a second at most. */
const RESTART_AFTER = seconds(1);
/** Nearly all a line leaves behind is dead with the next: room for that saves copying the rest. */
const YOUNG_MB = 64;
const FLAG = '--syslog.listen-address';

/** Syslog over UDP, TCP and TLS: RFC 5424, RFC 3164 and what devices really send. */
export const syslog: Source<Settings> = {
  name: 'syslog',
  summary: 'Listens for syslog over UDP, TCP and TLS; rules raise and clear alarms by its lines.',
  settings,
  translate,
  run,
  rules: syslogRules,
};

async function run(context: SourceContext<Settings>): Promise<RunningSource> {
  const { udp_port, tcp_port, tls_port } = context.settings;
  for (const why of bookOf(context.settings, context.rulesText).faults) {
    context.log.error('syslog.rule-refused', { why });
  }
  const threads: ListenerThread[] = [];
  const listening: string[] = [];
  context.onRules((text) => {
    for (const thread of threads) thread.follow(text);
  });
  const stop = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.stop()));
  };
  const begin = async (transport: ThreadSettings['transport']): Promise<void> => {
    const thread = new ListenerThread(context, transport);
    threads.push(thread);
    listening.push(...(await thread.start(context.settings)));
  };
  try {
    if (udp_port >= 0) await begin('udp');
    if (tcp_port >= 0 || tls_port >= 0) await begin('stream');
  } catch (error) {
    await stop();
    throw error;
  }
  return { listening, stop };
}

/** The main thread's side: batches go to the desk one by one, answers go back. */
class ListenerThread {
  readonly #context: SourceContext<Settings>;
  readonly #transport: ThreadSettings['transport'];
  #worker: Worker | undefined;
  #rules: string;
  #waiting = 0;
  #isStopped = false;
  #stopped: (() => void) | undefined;

  constructor(context: SourceContext<Settings>, transport: ThreadSettings['transport']) {
    this.#context = context;
    this.#transport = transport;
    this.#rules = context.rulesText;
  }

  /** Resolves with what it listens on; a DeskError says why it cannot. */
  start(listen: Settings): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const workerData: ThreadSettings = {
        transport: this.#transport,
        settings: listen,
        rules: this.#rules,
      };
      const worker = new Worker(new URL('./listener.worker.ts', import.meta.url), {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      });
      this.#worker = worker;
      worker.on('message', (message: FromListener) => {
        if (message.is === 'failed') {
          this.#worker = undefined;
          const { where, why } = message;
          const flag = where.startsWith('tls') ? 'sources.syslog.tls_port' : FLAG;
          void worker.terminate();
          reject(new DeskError('LISTEN_FAILED', { where, why, flag }));
        } else if (message.is === 'bound') {
          this.#bound(message.receiveBufferBytes, listen.receive_buffer_bytes);
          worker.removeAllListeners('error');
          worker.on('error', (error) => this.#broke(error, boundTo(listen, message.where)));
          resolve(message.where);
        } else this.#hear(worker, message);
      });
      worker.once('error', reject);
    });
  }

  /** People saved other rules; a thread that starts anew begins with them. */
  follow(text: string): void {
    this.#rules = text;
    const message: ToListener = { is: 'rules', text };
    this.#worker?.postMessage(message);
  }

  /** Linux grants twice what it will use; it uses at most net.core.rmem_max. */
  #bound(granted: number | undefined, asked: number): void {
    if (granted === undefined) return;
    const usable = process.platform === 'linux' ? granted / 2 : granted;
    this.#context.log.info('syslog.listener-bound', { receiveBufferBytes: usable });
    if (usable >= asked) return;
    this.#context.log.warn('syslog.buffer-small', {
      receiveBufferBytes: usable,
      asked,
      todo: `sysctl -w net.core.rmem_max=${asked}`,
    });
  }

  #hear(worker: Worker, message: FromListener): void {
    if (message.is === 'batch') void this.#deliver(worker, message.text);
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
    const at = context.clock.now();
    for (const { from, line } of report.seen) {
      context.seen({ body: Buffer.from(line), at, from, contentType: '' });
    }
    for (const { why, count, sample } of report.refused) context.refused(why, sample, count);
  }

  async #deliver(worker: Worker, text: string): Promise<void> {
    const answer = (ok: boolean, retryAfterMs: number): void => {
      const message: ToListener = { is: 'answer', ok, retryAfterMs };
      worker.postMessage(message);
    };
    try {
      const delivered = await this.#context.receiveText(text);
      answer(delivered.ok, delivered.ok ? 0 : delivered.retryAfterSeconds * 1_000);
    } catch (error) {
      this.#context.log.error('syslog.delivery-failed', { error });
      answer(false, RESTART_AFTER);
    }
  }

  /** Ours to repair; meanwhile the kernel's buffer holds what it can, and TCP senders wait. */
  #broke(error: unknown, listen: Settings): void {
    const { log, clock } = this.#context;
    log.error('syslog.listener-failed', { error });
    if (this.#waiting > 0) this.#context.dropped('thread', this.#waiting);
    this.#worker = undefined;
    if (this.#stopped !== undefined) return this.#stopped();
    clock.at(after(clock.now(), RESTART_AFTER), () => {
      if (this.#isStopped) return;
      this.start(listen).catch((fault: unknown) => this.#broke(fault, listen));
    });
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#isStopped = true;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#stopped = resolve;
      const message: ToListener = { is: 'stop' };
      worker.postMessage(message);
    });
    await worker.terminate();
  }
}

/** The same settings with the ports that were given where any was asked for. */
function boundTo(listen: Settings, where: readonly string[]): Settings {
  const port = (name: string): number | undefined => {
    const found = where.find((one) => one.startsWith(`${name} `));
    return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(':') + 1));
  };
  return {
    ...listen,
    udp_port: port('udp') ?? listen.udp_port,
    tcp_port: port('tcp') ?? listen.tcp_port,
    tls_port: port('tls') ?? listen.tls_port,
  };
}
