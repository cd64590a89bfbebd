import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Millis } from '../base/time.ts';
import { CHANNELS } from '../channels/index.ts';
import type { NotificationSettings } from '../cli/notification-settings.ts';
import { anyDuration } from '../config/duration.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { Ways } from '../desk/outbox.ts';
import type { OpenWay } from '../desk/outbox-try.ts';
import { type Notice, wayText } from '../domain/routing/notice.ts';
import type { Rendering, SendWorld } from '../ports/channel.ts';
import type { Secrets } from '../ports/secrets.ts';
import { TEMPLATE_LIMITS } from '../template/fault.ts';
import { plainRendering, rendering } from '../template/rendering.ts';
import { parseTemplates, type TemplateSet } from '../template/set.ts';
import type { TemplateFile } from '../template/tree.ts';
import type { Core } from './core.ts';

export interface WaysParts {
  readonly core: { readonly clock: Clock } & Pick<Core, 'log'>;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly settings: NotificationSettings;
  /** Where people reach the desk, for links in messages. */
  readonly homeUrl: () => string;
  readonly proxies: NonNullable<SendWorld['proxies']>;
  readonly version: string;
}

/** What a template file or a glob cannot do, in words for whoever applied it. */
export interface TemplateFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** Reads the files that `templates:` names, from the folder of the file that named them. */
export function readTemplates(
  globs: readonly string[],
  folder: string,
): TemplateSet | { readonly faults: readonly TemplateFault[] } {
  const files: TemplateFile[] = [];
  for (const glob of globs) {
    const pattern = isAbsolute(glob) ? glob : join(folder, glob);
    for (const name of globSync(pattern).sort()) {
      files.push({ name, text: readFileSync(name, 'utf8') });
      if (files.length > TEMPLATE_LIMITS.files_max) break;
    }
  }
  const read = parseTemplates(files);
  if (!('faults' in read)) return read;
  return { faults: read.faults };
}

/** The ways of a configuration, open: settings with their secrets, and what a send may use. */
export function openWays(document: ConfigDocument, templates: TemplateSet, parts: WaysParts): Ways {
  const { secrets, settings } = parts;
  const kinds = new Map(CHANNELS.map((channel) => [channel.name, channel]));
  const open = new Map<string, OpenWay>();
  // Times in a message are those of its birth, so that a retry says the same.
  const rendered = (notice: Notice): Rendering =>
    rendering(templates, notice, { now: notice.at, externalUrl: parts.homeUrl() });
  for (const { name, ways } of document.receivers) {
    for (const way of ways) {
      const channel = kinds.get(way.kind);
      if (!channel) continue;
      open.set(wayText({ receiver: name, kind: way.kind, index: way.index }), {
        channel,
        settings: revealed(way.settings, secrets),
        rendering: rendered,
        plainRendering: (notice, fault) => plainRendering(rendered(notice), fault),
        world: (signal) => worldOf(parts, way.trust ?? 'file', signal),
        timeout: patienceOf(way.settings, settings),
        sendsMax: settings.sendsPerWayMax,
        rate: settings.rates.get(name),
      });
    }
  }
  return (to) => open.get(wayText(to));
}

/** A way that names a longer time than the desk's own has its reasons. */
function patienceOf(
  settings: Readonly<Record<string, unknown>>,
  { sendTimeout }: NotificationSettings,
): Millis {
  const own = typeof settings['timeout'] === 'string' ? anyDuration(settings['timeout']) : 0;
  return Math.max(sendTimeout, own ?? 0) as Millis;
}

export function worldOf(
  { core, settings, homeUrl, proxies, version }: WaysParts,
  trust: SendWorld['trust'],
  signal: AbortSignal,
): SendWorld {
  return {
    clock: core.clock,
    log: core.log,
    externalUrl: homeUrl(),
    signal,
    trust,
    allowedNetworks: settings.allowedNetworks,
    proxies,
    version,
    readSecret: async (path) => (await readFile(path, 'utf8')).trim(),
  };
}

/** Settings with the values of their secrets; one that nobody knows any more is ''. */
export function revealed(value: unknown, secrets: Pick<Secrets, 'get'>): unknown {
  if (Array.isArray(value)) return value.map((item) => revealed(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  const ref = (value as { $secret?: unknown }).$secret;
  if (typeof ref === 'string') return secrets.get(ref) ?? '';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, revealed(inner, secrets)]),
  );
}
