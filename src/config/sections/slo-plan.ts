import { millis } from '../../base/time.ts';
import { budgetOf, defaultRows } from '../../domain/slo/burn.ts';
import type { SloCheck } from '../../domain/slo/plan.ts';
import { prometheusDuration } from '../duration.ts';
import { DEFAULTS, rowOf, type SloSettings } from './slos.ts';

/** Objectives of a revision as the domain has them; their sections were checked when read. */
export function sloPlan(sections: Readonly<Record<string, unknown>> = {}): readonly SloCheck[] {
  const slos = (sections.slos ?? {}) as Readonly<Record<string, SloSettings>>;
  return Object.entries(slos).map(([name, one]) => sloCheck(name, one));
}

const ms = (text: string) => prometheusDuration(text) ?? millis(0);

function sloCheck(name: string, one: SloSettings): SloCheck {
  const { objective, description = '', service = name, labels = {}, owner, team, good } = one;
  const { page_severity: page = 'critical', ticket_severity: ticket = 'warning' } = one;
  const period = ms(one.period ?? DEFAULTS.period);
  const budget = budgetOf(objective);
  const common = defaultRows(period, budget);
  const rows = one.windows?.map((given) => rowOf(given, period)) ?? common.rows;
  const eventsMin = one.events_min ?? DEFAULTS.eventsMin;
  return {
    is: 'slo',
    ...{ name, description, service, total: one.total, sources: [one.source] },
    timetable: { every: ms(one.every ?? DEFAULTS.every) },
    timeout: ms(one.timeout ?? DEFAULTS.timeout),
    severity: page,
    severities: { page, ticket },
    labels: {
      ...labels,
      ...(owner === undefined ? {} : { owner }),
      ...(team === undefined ? {} : { team }),
    },
    events:
      good === undefined ? { count: 'bad', query: one.bad ?? '' } : { count: 'good', query: good },
    rule: { objective, budget, period, rows, eventsMin },
    leftOut: one.windows === undefined ? common.leftOut : [],
  };
}
