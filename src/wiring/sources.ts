import { join } from 'node:path';
import { setImmediate as rest } from 'node:timers/promises';
import { sourceSettings } from '../cli/source-settings.ts';
import type { Config } from '../config/read.ts';
import type { Desk } from '../desk/desk.ts';
import { rehearsalAlerts, rehearse } from '../desk/rehearse.ts';
import type { MountedSource } from '../http/mount.ts';
import type { Source, SourceContext } from '../ports/source.ts';
import { SOURCES } from '../sources/index.ts';
import { KEEP_FOLDER, openKeep } from '../store/keep.ts';
import type { Clock, Core } from './core.ts';

/** The ways in: those on the desk's HTTP server, and where the others listen. */
export interface Sources {
  readonly mounted: readonly MountedSource[];
  readonly listening: readonly string[];
  readonly notStarted: readonly { readonly name: string; readonly why: string }[];
}

export async function startSources(core: Core, config: Config | undefined): Promise<Sources> {
  const { options, file, log, clock, desk, figures, rules, started, sockets } = core;
  const mounted: MountedSource[] = [];
  const listening: string[] = [];
  const notStarted: { name: string; why: string }[] = [];
  for (const source of SOURCES as readonly Source<never>[]) {
    const { name } = source;
    if (name === 'snmp' && options.snmpListen === undefined) continue;
    if (name === 'syslog' && options.syslogListen === undefined) continue;
    const said = sourceSettings(source, { options, config, file }) as object;
    // One whose labels are its key must know before it makes the key; for others the desk does it.
    const labelRules = core.labelRules(name);
    const settings = (labelRules ? { ...said, labelRules } : said) as never;
    figures.expect(name);
    rules.add({ name, settings, source });
    if (source.http) mounted.push({ name, settings, source: source as never });
    if (!source.run) continue;
    const count = async (receiving: ReturnType<Desk['receive']>, events = 0) => {
      const delivered = await receiving;
      if (delivered.ok) figures.received(name, delivered.reports ?? events, clock.now());
      return delivered;
    };
    const socket = sockets.get(name);
    const context: SourceContext<never> = {
      name,
      settings,
      clock,
      log,
      receive: (events, once) => count(desk.receive(name, events, once), events.length),
      receiveText: (text, once) => count(desk.receiveText(name, text, once)),
      refused: (why, sample, n) =>
        figures.refused(name, why, sample, clock.now(), n ? { count: n } : {}),
      dropped: (where, n) => figures.dropped(name, where, n),
      counted: (what, n) => figures.counted(name, what, n),
      keep: openKeep(join(options.dataFolder, KEEP_FOLDER), name),
      cacheFolder: join(options.dataFolder, KEEP_FOLDER, 'cache'),
      ...(socket !== undefined && { socket }),
      rulesText: rules.text(name),
      onRules: (follow) => started.add(`rules of ${name}`, rules.onText(name, follow)),
      seen: (input) => rules.note(name, input),
      unread: (input, why) => rules.keep(name, input, why),
    };
    // A desk that takes in everything else is better than none: it says so by an alarm of its own.
    const running = await source.run(context).catch((error: Error) => error);
    if (running instanceof Error) {
      log.error('source.not-started', { source: name, why: running.message });
      notStarted.push({ name, why: running.message });
      continue;
    }
    started.add(name, () => running.stop());
    for (const where of running.listening) log.info('source.listening', { source: name, where });
    listening.push(...running.listening);
  }
  return { mounted, listening, notStarted };
}

/** Alerts such as Prometheus sends them, through the source and a desk of their own. */
export async function rehearseFlood(
  clock: Clock,
  sources: readonly MountedSource[],
): Promise<void> {
  const alertmanager = sources.find((s) => s.name === 'alertmanager');
  if (!alertmanager) return;
  const { source, settings } = alertmanager;
  await rehearse(
    clock,
    (round) => {
      const at = clock.now();
      const body = Buffer.from(JSON.stringify(rehearsalAlerts(round, at)));
      return source.translate({ body, at, from: '', contentType: 'application/json' }, settings)
        .events;
    },
    () => rest(),
  );
}
