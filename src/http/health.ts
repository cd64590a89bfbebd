import { FAILURES } from '../base/errors.ts';
import { html } from '../base/html.ts';
import type { Desk } from '../desk/desk.ts';
import { page, text } from './answer.ts';
import type { Metrics } from './metrics.ts';
import type { HttpPages } from './pages-contract.ts';
import type { Route } from './route.ts';

export interface HealthParts {
  /** Undefined while it is starting. */
  readonly desk: () => Pick<Desk, 'figures'> | undefined;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly pages: HttpPages;
}

const NOTHING = { need: 'nothing' } as const;
const RETRY_SOON = { 'retry-after': '5' };

/** Why the desk should get no work now; '' when it should. */
export function unreadyWhy(desk: Pick<Desk, 'figures'> | undefined): string {
  if (desk === undefined) return 'The desk is starting.';
  const { journalDown, storeDown } = desk.figures();
  if (journalDown !== '') return `The journal takes no writes: ${journalDown}`;
  return storeDown === '' ? '' : `The store takes no writes: ${storeDown}`;
}

/** What machines ask: is it alive, does it take work, how does it do. Open to everybody. */
export const healthRoutes = (parts: HealthParts): Route[] => [
  {
    method: 'GET',
    path: '/-/healthy',
    access: NOTHING,
    summary: 'The process is alive.',
    handle: () => text(200, 'OK\n'),
  },
  {
    method: 'GET',
    path: '/-/ready',
    access: NOTHING,
    summary: 'The desk takes events; 503 says why not.',
    handle: () => {
      const why = unreadyWhy(parts.desk());
      return why === '' ? text(200, 'OK\n') : text(503, `${why}\n`, RETRY_SOON);
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    access: NOTHING,
    summary: 'Figures of the desk for Prometheus.',
    handle: async () =>
      text(200, await parts.metrics.text(), { 'content-type': parts.metrics.contentType }),
  },
  {
    method: 'GET',
    path: '/errors',
    access: NOTHING,
    summary: 'Every error code, with what to do.',
    handle: () => page(errorsPage(parts.pages)),
  },
];

/** Where the `type` of a problem document leads. */
const errorsPage = (pages: HttpPages): string =>
  pages.plain(
    'Errors',
    html`<p>What is in braces is filled in when it happens.</p>
<dl>
${Object.entries(FAILURES).map(
  ([code, { http, say }]) => html`<dt id="${code}"><code>${code}</code> (${http})</dt>
<dd>${say}</dd>
`,
)}</dl>`,
  );
