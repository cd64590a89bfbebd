import { Listener } from '../../src/sources/snmp/listener.ts';
import type { FromListener, ListenerSettings } from '../../src/sources/snmp/thread.ts';
import { SETTINGS } from './settings.ts';

/** A listener without a socket or a desk, on a clock of the test's. */
export class BareListener {
  readonly posted: FromListener[] = [];
  /** What it sends back to senders. */
  readonly sent: Uint8Array[] = [];
  now = 0;
  readonly listener: Listener;

  constructor(settings: Partial<ListenerSettings> = {}) {
    this.listener = new Listener({
      settings: { ...SETTINGS, rules: '', ...settings },
      socket: {
        send: (bytes: Uint8Array) => this.sent.push(bytes),
        close: () => undefined,
      } as never,
      post: (message) => this.posted.push(message),
      kernelDrops: () => 0,
      now: () => this.now,
    });
  }

  take(bytes: Uint8Array, address = '192.0.2.1'): void {
    this.listener.take(Buffer.from(bytes), { address, family: 'IPv4', port: 9, size: 0 });
  }

  /** Stops it, taking every batch at once; all that it posted. */
  end(): FromListener[] {
    this.listener.hear({ is: 'stop' });
    for (let n = 0; n < this.posted.length; n++) {
      const message = this.posted[n];
      if (message?.is !== 'batch') continue;
      const { number } = message;
      this.listener.hear({ is: 'answer', number, ok: true, retryAfterMs: 0 });
    }
    return this.posted;
  }

  /** The texts of all batches so far, which are taken. */
  async batches(): Promise<readonly string[]> {
    await new Promise((done) => setImmediate(() => setImmediate(done)));
    return this.posted.splice(0).flatMap((message) => {
      if (message.is !== 'batch') return [];
      const { number } = message;
      this.listener.hear({ is: 'answer', number, ok: true, retryAfterMs: 0 });
      return [message.text];
    });
  }
}
