import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A plain HTTP server on a free port of this machine that keeps what it was told. */
export interface FarSide {
  readonly url: string;
  readonly port: number;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

export type Answer = (
  arrived: Arrived,
  response: Parameters<RequestListener>[1],
  nth: number,
) => void;

export async function farSide(answer: Answer): Promise<FarSide> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { method = '', url: path = '', headers } = request;
      const one: Arrived = { method, path, headers, body };
      arrived.push(one);
      answer(one, response, arrived.length);
    });
  });
  return listening(server, arrived, 'http');
}

export async function listening(
  server: Server,
  arrived: readonly Arrived[],
  scheme: string,
): Promise<FarSide> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    arrived,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const answers =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (_arrived, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
