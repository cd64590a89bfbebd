import type { History } from '../checks/history.ts';
import { Scheduler, type SchedulerParts } from '../checks/scheduler.ts';
import type { SourceSettings } from '../config/sections/data-sources.ts';
import { heatPlans } from '../config/sections/heat-maps.ts';
import { sloPlan } from '../config/sections/slo-plan.ts';
import type { Desk } from '../desk/desk.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { SloAbout } from '../desk/views/slos.ts';
import { lengthText } from '../domain/check/words.ts';
import type { SloCheck } from '../domain/slo/plan.ts';
import type { SlosDoor } from '../http/slos-door.ts';
import type { Secrets } from '../ports/secrets.ts';
import { SloFinder } from '../slo/find.ts';
import { type MetricsServer, serverOf } from '../slo/prometheus.ts';
import { openHeat } from './heat.ts';
import { revealed } from './ways.ts';

/** They wait for servers, not for this machine. */
export const SLO_RUNS_AT_ONCE_MAX = 4;

/** Everything that watches objectives, as the rest of the desk sees it. */
export interface Slos extends SlosDoor {
  follow(document: ConfigDocument): void;
  /** The objectives that were followed are looked at from now on. */
  schedule(): void;
  names(): readonly string[];
  stop(): Promise<void>;
}

export interface SlosParts {
  readonly desk: Desk;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly history: History;
  readonly scheduling: Omit<SchedulerParts, 'atOnceMax'>;
}

export function openSlos({ desk, secrets, history, scheduling }: SlosParts): Slos {
  const scheduler = new Scheduler({ ...scheduling, atOnceMax: SLO_RUNS_AT_ONCE_MAX });
  const raisedBy = (name: string) => desk.memory.get('checks', name)?.raised ?? [];
  const finder = new SloFinder({ clock: scheduling.clock, history, raisedBy });
  const heat = openHeat(
    scheduling.clock,
    (name) => serverNamed(name),
    (name) => sources[name]?.otlp ?? '',
  );
  let slos: readonly SloCheck[] = [];
  let sources: Readonly<Record<string, SourceSettings>> = {};
  const serverNamed = (name: string): MetricsServer =>
    serverOf(name, revealed(sources[name] ?? {}, secrets) as SourceSettings);
  const about = (slo: SloCheck): SloAbout => ({
    ...aboutOf(slo),
    next: scheduler.nextOf(slo.name),
    isRunning: scheduler.isBusy(slo.name),
    ...{ measures: undefined, standing: undefined, ...finder.last(slo.name) },
  });
  return {
    follow: ({ sections = {} }) => {
      slos = sloPlan(sections);
      heat.follow(heatPlans(sections));
      sources = (sections.data_sources ?? {}) as typeof sources;
    },
    schedule: () => {
      finder.follow(new Set(slos.map(({ name }) => name)));
      scheduler.follow(
        slos.map((slo) => ({
          check: slo,
          find: (begin) => finder.find(slo, serverNamed(slo.sources[0] ?? ''), begin),
        })),
      );
    },
    names: () => slos.map(({ name }) => name),
    stop: () => {
      heat.stop();
      return scheduler.stop();
    },
    all: () => slos.map(about),
    one: (name) => slos.filter((slo) => slo.name === name).map(about)[0],
    history: async (name, limit) => {
      const all = Object.entries(await history.pointsOf(name, limit));
      return Object.fromEntries(all.filter(([subject]) => !subject.startsWith('over ')));
    },
    run: async (name, by) => void (await scheduler.runNow(name, by)),
    heat: heat.door,
  };
}

function aboutOf(slo: SloCheck): Omit<SloAbout, 'next' | 'isRunning' | 'measures' | 'standing'> {
  const { name, service, description, labels, sources, rule, leftOut, timetable } = slo;
  const when = 'every' in timetable ? `every ${lengthText(timetable.every)}` : timetable.cron;
  const [source = ''] = sources;
  return { name, service, description, labels, source, timetable: when, rule, leftOut };
}
