import { once } from 'node:events';
import { createServer } from 'node:http';

export interface MetricsQuestion {
  readonly path: string;
  readonly query: string;
  /** Seconds. */
  readonly time: number;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What it answers: a number as one series, undefined as none, or a whole answer. */
export type MetricsAnswer =
  | number
  | undefined
  | { readonly status?: number; readonly body?: unknown; readonly text?: string }
  /** Never answers. */
  | 'hang';

/** A server that speaks Prometheus' HTTP API as far as a test says. */
export async function metricsServer(answer: (asked: MetricsQuestion) => MetricsAnswer) {
  const asked: string[] = [];
  let says = answer;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const query = form.get('query') ?? '';
    asked.push(query);
    const { url: path = '', headers } = request;
    const time = Number(form.get('time'));
    const told = says({ path, query, time, form, authorization: headers.authorization });
    if (told === 'hang') return;
    const whole = typeof told === 'object' ? told : { body: vector(told, time) };
    response.statusCode = whole.status ?? 200;
    response.end(whole.text ?? JSON.stringify(whole.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    /** Every query since it was last looked at. */
    asked: () => asked.splice(0),
    /** Resolves when somebody asked since. */
    async isAsked() {
      asked.splice(0);
      while (asked.length === 0) await new Promise((again) => setImmediate(again));
    },
    answers(next: typeof answer) {
      says = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const vector = (value: number | undefined, time: number) => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result: value === undefined ? [] : [{ metric: {}, value: [time, String(value)] }],
  },
});
