import { type Instant, instantText } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { API_V2, answered } from './alertmanager-answer.ts';
import { AlertGroups } from './alertmanager-groups.ts';
import { AlertLists } from './alertmanager-lists.ts';
import { type Receiver, readMatchers, receiverMatches } from './alertmanager-query.ts';
import {
  deleteSilence,
  getSilence,
  getSilences,
  postSilence,
  type SilencesParts,
} from './alertmanager-silences.ts';
import { ListSlots } from './alertmanager-slots.ts';
import type { Answer, Asked, Route } from './route.ts';

/** What `/api/v2` tells about the desk. */
export interface AlertmanagerStatus {
  readonly version: string;
  readonly revision: string;
  readonly buildDate: string;
  readonly startedAt: Instant;
  /** Name and address of the one peer: the desk itself; undefined: cluster disabled. */
  readonly peer: { readonly name: string; readonly address: string } | undefined;
  /** An alertmanager.yml that clients can parse, secrets hidden. */
  config(): string;
  /** Names in the order of the configuration; the first is that of the root route. */
  receivers(): readonly string[];
}

export interface AlertmanagerParts {
  readonly desk: Pick<Desk, 'memory' | 'clock' | 'watch' | 'deadline' | 'act'>;
  readonly status: AlertmanagerStatus;
  /** Refuse label names outside `[a-zA-Z_][a-zA-Z0-9_]*` in silences, as classic-mode does. */
  readonly classicNames?: boolean;
}

const VIEWER = { need: 'local', role: 'viewer' } as const;
const OPERATOR = { need: 'local', role: 'operator' } as const;

/**
 * Alertmanager's API v2 (reference: its openapi.yaml) but for POST /alerts, which is a source; for
 * Prometheus, amtool, karma and Grafana. Nothing here names a person but what authors of silences
 * say of themselves. `/api/v1` is the desk's own.
 */
export function alertmanagerRoutes(parts: AlertmanagerParts): readonly Route[] {
  const { desk, status } = parts;
  const receivers = (): readonly Receiver[] => receiversOf(parts);
  const listing = { desk, receivers, slots: new ListSlots() };
  const lists = new AlertLists(listing);
  const groups = new AlertGroups(listing);
  const get = (path: string, summary: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path: API_V2 + path,
    access: VIEWER,
    summary,
    handle,
  });
  return [
    get('/alerts', 'Raised alarms as Alertmanager lists alerts.', (asked) => lists.answer(asked)),
    get('/alerts/groups', 'Raised alarms by route and group.', (asked) => groups.answer(asked)),
    get('/status', 'Version, configuration and peers.', () => answered(200, statusBody(status))),
    get('/receivers', 'Names and labels of the receivers.', (asked) =>
      getReceivers(receivers(), asked),
    ),
    ...silenceRoutes({ desk, classicNames: parts.classicNames ?? false }, get),
  ];
}

type Get = (path: string, summary: string, handle: Route['handle']) => Route;

const silenceRoutes = (parts: SilencesParts, get: Get): readonly Route[] => [
  get('/silences', 'Silences: active ones, then pending ones, then expired ones.', (asked) =>
    getSilences(parts, asked),
  ),
  get('/silence/:silenceID', 'One silence.', (asked) => getSilence(parts, asked)),
  {
    method: 'POST',
    path: `${API_V2}/silences`,
    access: OPERATOR,
    summary: 'Makes a silence, or changes the one whose id it names.',
    handle: (asked) => postSilence(parts, asked),
  },
  {
    method: 'DELETE',
    path: `${API_V2}/silence/:silenceID`,
    access: OPERATOR,
    summary: 'Ends a silence now.',
    handle: (asked) => deleteSilence(parts, asked),
  },
];

/** Of the plan that holds; before there is one, what the kept configuration names. */
function receiversOf({ desk, status }: AlertmanagerParts): readonly Receiver[] {
  const plan = desk.memory.get('plans', 'plan')?.plan;
  const names = plan ? plan.receivers.map(({ name }) => name) : status.receivers();
  return names.map((name) => ({ name, labels: { name } }));
}

function getReceivers(receivers: readonly Receiver[], { query }: Asked): Answer {
  const matchers = readMatchers(query, 'receiver_matchers');
  if (typeof matchers === 'string') {
    return answered(400, `failed to parse receiver_matchers param: ${matchers}`);
  }
  return answered(
    200,
    receivers.filter((receiver) => receiverMatches(receiver, matchers)),
  );
}

function statusBody(status: AlertmanagerStatus): unknown {
  const { peer, version, revision, buildDate } = status;
  return {
    cluster: peer
      ? { name: peer.name, peers: [peer], status: 'ready' }
      : { peers: [], status: 'disabled' },
    config: { original: status.config() },
    uptime: instantText(status.startedAt),
    versionInfo: {
      branch: 'main',
      buildDate,
      buildUser: 'tocsin',
      goVersion: `node ${process.version}`,
      revision,
      version,
    },
  };
}
