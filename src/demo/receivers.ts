import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS_PATH, metricsAnswer } from './metrics.ts';

/** Its notifications are refused now and then, so that a visitor sees tries that fail. */
export const MOODY = 'data-desk';

/** After so many notifications that arrived, so many tries are refused in a row. */
const MOODY_ARRIVE = 3;
const MOODY_REFUSED = 6;

export interface Receivers {
  /** Where notifications for one receiver go. */
  url(receiver: string): string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Of a question to the server of metrics. */
const QUESTION_CHARS_MAX = 8_192;

/**
 * The far side of the demo: takes everything on this machine, and tells nobody. It listens where
 * it did the last time (`port`), if that is free: its address stands in the configuration.
 */
export async function openReceivers(port = 0): Promise<Receivers> {
  let tries = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      if (text.length < QUESTION_CHARS_MAX) text += part;
    });
    request.once('end', () => {
      if (request.url?.startsWith(`/${METRICS_PATH}/`)) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(metricsAnswer(request.url, new URLSearchParams(text)));
        return;
      }
      const isMoody = request.url === `/${MOODY}`;
      const isBusy = isMoody && tries++ % (MOODY_ARRIVE + MOODY_REFUSED) >= MOODY_ARRIVE;
      response.writeHead(isBusy ? 503 : 200, { 'content-type': 'text/plain' });
      response.end(isBusy ? 'This receiver of the demo is busy on purpose.' : 'Thank you.');
    });
  });
  await listening(server, port).catch(() => listening(server, 0));
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: (receiver) => `http://127.0.0.1:${bound}/${receiver}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
