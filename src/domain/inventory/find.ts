import type { Labels } from '../alarm/event.ts';
import { type Graph, ofKind } from './graph.ts';
import { folded, idOf, KINDS, type Kind, kindNamed, kindOf, type ThingKey } from './thing.ts';

/** Labels that name the machine, the likeliest first. */
export const HOST_LABELS = ['instance', 'host', 'hostname', 'node', 'nodename', 'device'] as const;

/** Labels that name a port of it. */
export const PORT_LABELS = ['interface', 'ifName', 'ifDescr', 'port', 'device'] as const;

/** Labels that name a thing of the kind they are called by. */
const KIND_LABELS: readonly Kind[] = ['circuit', 'link', 'dataset', 'service', 'site'];

/**
 * The thing that an alarm is about: `named` by its resource, else by its labels; a device together
 * with a label that names its port is that port.
 */
export function find(
  graph: Graph,
  named: ThingKey | undefined,
  labels: Labels,
): ThingKey | undefined {
  const found = named ?? byLabels(graph, labels);
  if (found === undefined || kindOf(found) !== 'device') return found;
  return portOf(graph, found, labels) ?? found;
}

/**
 * The thing that a resource names: `device/port`, `host:9100`, an address, a name. A name that two
 * things of a kind share names neither of them.
 */
export function byResource(graph: Graph, resource: string): ThingKey | undefined {
  const name = folded(resource);
  const whole = byName(graph, name);
  if (whole) return whole;
  const slash = name.indexOf('/');
  if (slash <= 0) return host(graph, name);
  if (name.startsWith('//', slash)) return host(graph, hostOfUrl(name));
  const device = host(graph, name.slice(0, slash));
  if (device) return partOfDevice(graph, device, name.slice(slash + 1)) ?? device;
  const kind = kindNamed(name.slice(0, slash));
  return kind && ofKind(graph.named(name.slice(slash + 1)), kind);
}

/** A device before a service of the same name, and so on in the order of the kinds. */
function byName(graph: Graph, name: string): ThingKey | undefined {
  const single = graph.single(name);
  if (single !== undefined) return kindOf(single) === 'domain' ? undefined : single;
  const all = graph.named(name);
  if (all.length === 0) return undefined;
  for (const kind of KINDS) {
    if (all.some((key) => kindOf(key) === kind)) return ofKind(all, kind);
  }
  return undefined;
}

/** A device by what senders write for a host: with a port number, in brackets, with its domain. */
function host(graph: Graph, text: string): ThingKey | undefined {
  const found = device(graph, text);
  if (found) return found;
  const bare = withoutPort(text);
  return bare === text ? undefined : device(graph, bare);
}

function device(graph: Graph, name: string): ThingKey | undefined {
  const single = graph.single(name);
  if (single !== undefined && kindOf(single) === 'device') return single;
  const found = single === undefined ? ofKind(graph.named(name), 'device') : undefined;
  if (found || graph.domains.size === 0) return found;
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    if (!graph.domains.has(name.slice(dot + 1))) continue;
    return ofKind(graph.named(name.slice(0, dot)), 'device');
  }
  return undefined;
}

/** `[2001:db8::1]:9100` and `host:9100`; an address of IPv6 without brackets has no port. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    return end > 0 ? text.slice(1, end) : text;
  }
  const colon = text.indexOf(':');
  return colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}

/** `https://www.example.org:8443/path`, as blackbox probes are named. */
function hostOfUrl(url: string): string {
  const from = url.indexOf('//') + 2;
  const slash = url.indexOf('/', from);
  return slash < 0 ? url.slice(from) : url.slice(from, slash);
}

/** A port, or the port of a unit such as `ge-0/0/0.100`. */
function partOfDevice(graph: Graph, key: ThingKey, part: string): ThingKey | undefined {
  const id = folded(idOf(key));
  const found = graph.single(`${id}/${part}`);
  if (found) return found;
  const dot = part.lastIndexOf('.');
  return dot > 0 ? graph.single(`${id}/${part.slice(0, dot)}`) : undefined;
}

function portOf(graph: Graph, key: ThingKey, labels: Labels): ThingKey | undefined {
  for (const name of PORT_LABELS) {
    const value = own(labels, name);
    const port = value === undefined ? undefined : partOfDevice(graph, key, folded(value));
    if (port) return port;
  }
  return undefined;
}

function byLabels(graph: Graph, labels: Labels): ThingKey | undefined {
  for (const name of HOST_LABELS) {
    const value = own(labels, name);
    const found = value === undefined ? undefined : host(graph, folded(value));
    if (found) return found;
  }
  for (const kind of KIND_LABELS) {
    const value = own(labels, kind);
    const found = value === undefined ? undefined : ofKind(graph.named(folded(value)), kind);
    if (found) return found;
  }
  return undefined;
}

/** Of its own: `constructor` and its like are no labels. */
function own(labels: Labels, name: string): string | undefined {
  const value: unknown = labels[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
