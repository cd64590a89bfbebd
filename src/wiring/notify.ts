import { seconds } from '../base/time.ts';
import { isClassic } from '../cli/source-settings.ts';
import { Canary } from '../desk/canary.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import { Heartbeat } from '../desk/heartbeat.ts';
import { Outbox } from '../desk/outbox.ts';
import { judge } from '../net/judge.ts';
import { sendHttp } from '../net/send-http.ts';
import type { SendWorld } from '../ports/channel.ts';
import { Configuration } from './configuration.ts';
import { contactWays, isContact } from './contact-ways.ts';
import type { Core } from './core.ts';
import { openWays, type WaysParts } from './ways.ts';

/** Sends under way when the desk stops are waited for so long; the rest is sent after the start. */
const STOP_WITHIN = seconds(5);

/** Before any configuration holds. */
const NOTHING_SAID: ConfigDocument = { global: {}, receivers: [], templates: [] };

/** Everything that has to do with telling people. */
export interface Notifying {
  readonly version: string;
  readonly outbox: Outbox;
  readonly configuration: Configuration;
  readonly ways: Omit<WaysParts, 'core'>;
}

export interface NotifyingParts {
  readonly version: string;
  readonly proxies: NonNullable<SendWorld['proxies']>;
  /** Where people reach the desk: known only when the server listens. */
  readonly homeUrl: () => string;
  /** Told of each configuration that holds, besides those who send by it. */
  readonly follow: (document: ConfigDocument) => void;
}

/** The outbox and the configuration it sends by. Nothing is sent before `outbox.begin()`. */
export function openNotifying(core: Core, parts: NotifyingParts): Notifying {
  const { desk, clock, log, secrets, notifications: settings, started } = core;
  const ways = { ...parts, secrets, settings };
  const noReceivers = contactWays(NOTHING_SAID, core, ways);
  const outbox = new Outbox({ desk, clock, log, ways: noReceivers, soon: setImmediate });
  const matchers = isClassic(core.options) ? 'classic' : 'both';
  const configuration = new Configuration(core, secrets, matchers, (document, templates) => {
    const receivers = openWays(document, templates, { ...ways, core });
    const people = contactWays(document, core, ways);
    outbox.follow((to) => (isContact(to) ? people(to) : receivers(to)));
    parts.follow(document);
  });
  started.add('configuration', () => configuration.stop());
  started.add('outbox', () => outbox.stop(STOP_WITHIN));
  return { version: parts.version, outbox, configuration, ways };
}

/** Says so when the desk is in shadow mode; a name that fits no receiver holds nothing back. */
export function tellShadow({ desk: { memory }, log }: Pick<Core, 'desk' | 'log'>): void {
  const shadow = memory.get('desk', 'desk')?.rules.notify.shadow;
  if (shadow === undefined) return;
  log.warn('shadow.entered', { receivers: shadow === true ? 'all' : shadow.join(' ') });
  const unknown = shadow === true ? [] : shadow.filter((name) => !memory.routing.receiver(name));
  if (unknown.length > 0) log.error('shadow.unmatched', { receivers: unknown.join(' ') });
}

/** Somebody outside learns from its silence that the desk is dead. */
export function startHeartbeat(core: Core, { outbox, ways, version }: Notifying): void {
  const { desk, clock, log, started } = core;
  const { heartbeat: settings } = core.notifications;
  if (!settings) return;
  const heartbeat = new Heartbeat({
    settings,
    desk,
    ways: () => outbox.figures().ways,
    clock,
    log,
    send: async (url, signal) => {
      const world: SendWorld = {
        ...{ clock, log, signal, version, trust: 'file', proxies: ways.proxies },
        externalUrl: ways.homeUrl(),
        readSecret: () => Promise.reject(new Error('a heartbeat has no secrets')),
      };
      const request = { method: 'POST' as const, url, headers: {}, body: '' };
      return judge(await sendHttp(request, {}, world), clock.now());
    },
  });
  heartbeat.begin();
  started.add('heartbeat', () => heartbeat.stop());
}

/** Goes the whole way from alarm to message every few minutes. */
export function startCanary(
  { desk, clock, log, started, notifications: { canary: settings } }: Core,
  outbox: Outbox,
  look: () => Promise<void>,
): Canary | undefined {
  if (!settings) return undefined;
  const canary = new Canary({ settings, memory: desk.memory, outbox, look, clock, log });
  canary.begin();
  started.add('canary', () => canary.stop());
  return canary;
}
