import { Type } from 'typebox';
import { millis } from '../../base/time.ts';
import { SLO_LIMITS } from '../../domain/slo/burn.ts';
import { HEAT_LIMITS } from '../../domain/slo/heat.ts';
import { type HeatPlan, WINDOW } from '../../domain/slo/plan.ts';
import { prometheusDuration } from '../duration.ts';
import { metricsFault } from './data-sources.ts';
import { expressionFault } from './expression.ts';
import { duration, maybeText, nameFaults, text, textMap } from './fields.ts';
import type { Section } from './section.ts';

const opt = Type.Optional;

const expression = (description: string) =>
  opt(Type.String({ minLength: 1, maxLength: SLO_LIMITS.expression_chars_max, description }));

const heatMap = Type.Object(
  {
    source: text('Data source of the kind prometheus or otlp.'),
    buckets: expression(`Classic: selector of the \`_bucket\` series, or one with \`${WINDOW}\`.`),
    histogram: expression(`Native: selector of the histogram, or one with \`${WINDOW}\`.`),
    metric: maybeText('Of a file of OTLP lines: name of the histogram.'),
    where: textMap('Of a file of OTLP lines: only points with these attributes.'),
    unit: opt(
      Type.String({ maxLength: 16, default: 's', description: 'Unit of what is measured.' }),
    ),
    step_min: duration('No time cell is shorter: two scrapes at least belong into it.', {
      default: '1m',
    }),
    timeout: duration('How long the answer of the server is waited for.', { default: '30s' }),
    description: maybeText('What it shows.'),
  },
  { additionalProperties: false, title: 'a heat map' },
);

interface HeatSettings {
  readonly source: string;
  readonly buckets?: string;
  readonly histogram?: string;
  readonly metric?: string;
  readonly where?: Readonly<Record<string, string>>;
  readonly unit?: string;
  readonly step_min?: string;
  readonly timeout?: string;
  readonly description?: string;
}

export const heatMaps: Section = {
  name: 'heat_maps',
  schema: Type.Record(Type.String(), heatMap, {
    maxProperties: HEAT_LIMITS.maps_max,
    description: 'Heat maps of histograms, by name: how latencies spread over time.',
    ours: true,
  }),
  faults: ({ reader, value, all }) => {
    nameFaults(reader, value as object);
    for (const one of Object.values(value as Record<string, HeatSettings>)) {
      if (reader.isFaulty(one)) continue;
      const given = [one.buckets, one.histogram, one.metric].filter((text) => text !== undefined);
      if (given.length !== 1) {
        reader.say(one, [], 'a heat map has one of `buckets`, `histogram` and `metric`');
        continue;
      }
      const why = metricsFault(all, one.source, one.metric === undefined ? 'prometheus' : 'otlp');
      if (why !== '') reader.say(one, ['source'], `source: ${why}`);
      if (one.metric === undefined && Object.keys(one.where ?? {}).length > 0)
        reader.say(one, ['where'], 'where: only with `metric`; else it stands in the selector');
      for (const field of ['buckets', 'histogram'] as const) {
        const fault = expressionFault(one[field] ?? '');
        if (fault !== '') reader.say(one, [field], `${field}: ${fault}`);
      }
      if (one.step_min !== undefined && ms(one.step_min) < 1_000)
        reader.say(one, ['step_min'], `step_min: "${one.step_min}" is less than 1s`);
    }
  },
};

const ms = (text: string) => prometheusDuration(text) ?? millis(0);

/** Heat maps of a revision as the domain has them; the section was checked when it was read. */
export function heatPlans(sections: Readonly<Record<string, unknown>> = {}): readonly HeatPlan[] {
  const maps = (sections.heat_maps ?? {}) as Readonly<Record<string, HeatSettings>>;
  return Object.entries(maps).map(([name, one]) => ({
    ...{ name, source: one.source, description: one.description ?? '', unit: one.unit ?? 's' },
    ...askedOf(one),
    where: one.where ?? {},
    stepMin: ms(one.step_min ?? '1m'),
    timeout: ms(one.timeout ?? '30s'),
  }));
}

function askedOf({
  buckets,
  histogram,
  metric = '',
}: HeatSettings): Pick<HeatPlan, 'is' | 'query'> {
  if (buckets !== undefined) return { is: 'classic', query: buckets };
  return histogram === undefined
    ? { is: 'otlp', query: metric }
    : { is: 'native', query: histogram };
}
