import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { identifyLabels } from '../../src/domain/alarm/event.ts';

type Labels = Readonly<Record<string, string>>;

/** What one request to an old desk brought. */
interface Heard {
  readonly path: string;
  readonly authorization: string;
}

async function serve(answer: (path: string) => unknown) {
  const heard: Heard[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const path = request.url ?? '';
    heard.push({ path, authorization: request.headers.authorization ?? '' });
    const body = answer(path);
    response.writeHead(typeof body === 'number' ? body : 200, {
      'content-type': 'application/json',
    });
    response.end(typeof body === 'number' ? '' : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export interface OldAlert {
  readonly labels: Labels;
  readonly startsAt?: string;
  readonly generatorURL?: string;
  readonly silencedBy?: readonly string[];
  readonly inhibitedBy?: readonly string[];
  readonly receivers?: readonly string[];
}

/** As Alertmanager 0.25 to 0.34 answer; `status` answers with that status alone. */
export async function oldAlertmanager() {
  const now: { alerts: OldAlert[]; silences: object[]; status: number } = {
    alerts: [],
    silences: [],
    status: 200,
  };
  const server = await serve((path) => {
    if (now.status !== 200) return now.status;
    if (path === '/api/v2/silences') return now.silences;
    if (path !== '/api/v2/alerts') return 404;
    return now.alerts.map(({ labels, silencedBy = [], inhibitedBy = [], ...more }) => ({
      annotations: {},
      startsAt: more.startsAt ?? '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2026-01-01T00:05:00.000Z',
      fingerprint: identifyLabels(labels),
      receivers: (more.receivers ?? ['none']).map((name) => ({ name })),
      status: { state: 'active', silencedBy, inhibitedBy, mutedBy: [] },
      labels,
      ...(more.generatorURL === undefined ? {} : { generatorURL: more.generatorURL }),
    }));
  });
  return { ...server, now };
}

export interface OldIncident {
  readonly pk: number;
  readonly tags: readonly string[];
  readonly level?: number;
  readonly acked?: boolean;
  readonly start_time?: string;
  readonly end_time?: string;
  readonly source_incident_id?: string;
  readonly description?: string;
  readonly source?: string;
}

/** As Argus 2.9 answers, in pages of `pageItems` whatever it is asked for. */
export async function oldArgus(pageItems = 100) {
  const now: { incidents: OldIncident[] } = { incidents: [] };
  const server = await serve((path) => {
    const url = new URL(path, 'http://argus.example.org');
    if (url.pathname !== '/api/v2/incidents/') return 404;
    const ask = url.searchParams;
    const isOpen = ask.get('open') === 'true';
    const tags = (ask.get('tags') ?? '').split(',').filter(Boolean);
    const wanted = now.incidents.filter(
      (one) =>
        ((one.end_time ?? 'infinity') === 'infinity') === isOpen &&
        tags.every((tag) => one.tags.includes(tag)),
    );
    const from = Number(ask.get('cursor') ?? 0);
    const to = from + pageItems;
    ask.set('cursor', String(to));
    const next =
      to < wanted.length ? `https://elsewhere.example.org/api/v2/incidents/?${ask}` : null;
    return { next, previous: null, results: wanted.slice(from, to).map(incidentJson) };
  });
  return { ...server, now };
}

const incidentJson = ({ tags, source = 'nav', ...one }: OldIncident) => ({
  start_time: '2026-01-01T01:00:00+01:00',
  end_time: 'infinity',
  source_incident_id: '',
  details_url: '',
  description: '',
  level: 1,
  ticket_url: '',
  acked: false,
  ...one,
  source: { pk: 1, name: source, type: { name: source }, user: 1, base_url: '' },
  stateful: true,
  tags: tags.map((tag) => ({ added_by: 1, added_time: '2026-01-01T00:00:00Z', tag })),
});
