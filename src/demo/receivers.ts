import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Its notifications are refused now and then, so that a visitor sees tries that fail. */
export const MOODY = 'data-desk';

/** After so many notifications that arrived, so many tries are refused in a row. */
const MOODY_ARRIVE = 3;
const MOODY_REFUSED = 6;

export interface Receivers {
  /** Where notifications for one receiver go. */
  url(receiver: string): string;
  stop(): Promise<void>;
}

/** The far side of the demo: takes everything on this machine, and tells nobody. */
export async function openReceivers(): Promise<Receivers> {
  let tries = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    request.once('end', () => {
      const isMoody = request.url === `/${MOODY}`;
      const isBusy = isMoody && tries++ % (MOODY_ARRIVE + MOODY_REFUSED) >= MOODY_ARRIVE;
      response.writeHead(isBusy ? 503 : 200, { 'content-type': 'text/plain' });
      response.end(isBusy ? 'This receiver of the demo is busy on purpose.' : 'Thank you.');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (receiver) => `http://127.0.0.1:${port}/${receiver}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
