import { hours, minutes, seconds } from '../base/time.ts';
import type { Config } from '../config/read.ts';
import { faultText } from '../config/yaml-file.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { Revision } from '../desk/tables.ts';
import type { RoutingPlan } from '../domain/routing/plan.ts';
import type { ConfigFault, Saved } from '../http/config-door.ts';
import type { TemplateSet } from '../template/set.ts';

/** What is compared with while there is no configuration. */
export const TELLS_NOBODY: RoutingPlan = {
  root: {
    ...{ id: '{}', key: '{}', receiver: 'nobody', matchers: [], continue: false },
    ...{ groupBy: [], groupByAll: false, routes: [], labels: {} },
    ...{ muteIntervals: [], activeIntervals: [], onAcknowledge: 'stop-repeats' },
    groupWait: seconds(30),
    groupInterval: minutes(5),
    repeatInterval: hours(4),
  },
  receivers: [{ name: 'nobody', ways: [] }],
  inhibitions: [],
  intervals: [],
};

export const countRoutes = (route: RoutingPlan['root']): number =>
  route.routes.reduce((sum, child) => sum + countRoutes(child), 1);

export const inTemplate = (fault: {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}): ConfigFault => ({
  line: fault.line,
  column: fault.column,
  why: `in the template ${fault.file}: ${fault.why}`,
});

/** What a text that nobody saved would send by. */
export interface Typed {
  readonly document: ConfigDocument;
  readonly templates: TemplateSet;
}

/** What of a configuration is applied. */
export type Applicable = Pick<
  Config,
  'text' | 'document' | 'plan' | 'duty' | 'incidents' | 'unused' | 'templates'
>;

/** Order of fields takes no part: both are made by the same reader. */
export const isSame = (held: Revision, config: Applicable & { readonly from: string }): boolean =>
  held.text === config.text && held.from === config.from && asText(held) === asText(config);

const asText = ({ document, plan, duty, incidents }: Revision | Applicable): string =>
  JSON.stringify([document, plan, duty, incidents]);

/** Why a configuration was not saved, in one text. */
export function whyNot(saved: Extract<Saved, { ok: false }>, file: string): string {
  if (saved.is === 'refused') return saved.why;
  if (saved.is === 'conflict') return `revision ${saved.inForce} was saved meanwhile`;
  const [first] = saved.faults;
  const more = saved.faults.length > 1 ? ` (and ${saved.faults.length - 1} more)` : '';
  return first ? `${faultText(file, first)}${more}` : '';
}
