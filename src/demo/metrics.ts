/**
 * A server of metrics as the demo's objectives and heat map ask for: it speaks the two calls of
 * Prometheus' HTTP API they use, and what it counts is invented, the same for the same question.
 */

/** Where it answers, below the address of the receivers. */
export const METRICS_PATH = 'metrics';

/** How a service of NORTHNET does: events a second, and the share of them that is bad. */
interface Service {
  readonly perSecond: number;
  readonly bad: number;
  /** A trouble that began before and goes on: from so long ago, so large a share. */
  readonly since?: { readonly seconds: number; readonly bad: number };
  /** One that is over: so large a share for so long, a while ago. */
  readonly past?: { readonly ago: number; readonly seconds: number; readonly bad: number };
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

const SERVICES: Readonly<Record<string, Service>> = {
  // Burns: logins through the second proxy fail since this morning.
  eduroam: { perSecond: 40, bad: 0.0004, since: { seconds: 3 * HOUR, bad: 0.011 } },
  // Little is left: an evening last week cost most of it.
  portal: { perSecond: 9, bad: 0.0002, past: { ago: 6 * DAY, seconds: 5 * HOUR, bad: 0.09 } },
  names: { perSecond: 900, bad: 0.000012 },
};

/** What a query asks of which service, over how many seconds. */
const QUERY = /events_total\{service="(\w+)"(,result="bad")?\}\[(\d+)s\]/;

/** The answer to one call, as JSON: counts for `query`, buckets for `query_range`. */
export function metricsAnswer(path: string, form: URLSearchParams): string {
  const data = path.endsWith('/query_range')
    ? { resultType: 'matrix', result: buckets(form) }
    : { resultType: 'vector', result: counts(form) };
  return JSON.stringify({ status: 'success', data });
}

function counts(form: URLSearchParams): readonly unknown[] {
  const [, name = '', isBad, window = '0'] = QUERY.exec(form.get('query') ?? '') ?? [];
  const service = SERVICES[name];
  if (!service) return [];
  const seconds = Number(window);
  const all = seconds * service.perSecond;
  const count = isBad ? badIn(service, seconds) : all;
  return [{ metric: {}, value: [Number(form.get('time')), count.toFixed(1)] }];
}

function badIn({ perSecond, bad, since, past }: Service, seconds: number): number {
  const lasts = since ? Math.min(seconds, since.seconds) * since.bad : 0;
  const over = past
    ? Math.max(0, Math.min(past.seconds, seconds - past.ago + past.seconds)) * past.bad
    : 0;
  return perSecond * (seconds * bad + lasts + over);
}

/** Upper bounds in seconds, as a RADIUS proxy has them. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** Answers within a bound: most are quick, and at the full hour some wait for the second proxy. */
function within(bound: number, at: number): number {
  const late = (at % HOUR) / HOUR < 0.25 ? 0.3 : 0.04;
  const share = (middle: number): number => 1 / (1 + (middle / bound) ** 2.2);
  const busy = 1 + 0.4 * Math.sin((at / DAY) * 2 * Math.PI - Math.PI / 2);
  return busy * ((1 - late) * share(0.018) + late * share(0.7));
}

function buckets(form: URLSearchParams): readonly unknown[] {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
  if (!start || !end || !step || (end - start) / step > STEPS_MAX) return [];
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => {
    return start + i * step;
  });
  return [...BOUNDS, Number.POSITIVE_INFINITY].map((bound) => ({
    metric: { le: bound === Number.POSITIVE_INFINITY ? '+Inf' : `${bound}` },
    values: times.map((at) => [at, (40 * step * within(bound, at)).toFixed(0)]),
  }));
}

/** Of one answer; a heat map has at most 120 cells across. */
const STEPS_MAX = 500;
