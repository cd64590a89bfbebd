import type { FieldValue, Row } from '../domain/inventory/row.ts';
import type { Rows } from './tables.ts';

type Json = Readonly<Record<string, unknown>>;

/** An object of NetBox, whichever way it was exported. */
interface Thing {
  readonly id: string;
  /** Its number in the file, from 1. */
  readonly line: number;
  readonly fields: Json;
}

/** Lists of the API by the last part of their address, and models of a dump, as one name each. */
const MODELS: Readonly<Record<string, string>> = {
  regions: 'region',
  sites: 'site',
  tenants: 'tenant',
  manufacturers: 'manufacturer',
  'device-types': 'devicetype',
  'device-roles': 'devicerole',
  devices: 'device',
  interfaces: 'interface',
  'virtual-machines': 'virtualmachine',
  'ip-addresses': 'ipaddress',
  cables: 'cable',
  circuits: 'circuit',
  'circuit-terminations': 'circuittermination',
  providers: 'provider',
};

/**
 * Rows of what NetBox holds: a dump of its objects (`[{model, pk, fields}]`) or the lists of its
 * API under their names (`{"devices": [...], "interfaces": {"results": [...]}}`). Cables between
 * two interfaces are links; one from an interface to a circuit makes the port depend on it.
 */
export function rowsOfNetbox(text: string): Rows {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { line: 1, why: `this is not JSON: ${error.message}` };
  }
  const box = new NetBox();
  if (Array.isArray(value)) box.dump(value);
  else if (isObject(value)) box.lists(value);
  if (box.isEmpty) {
    const why = 'there is no object of NetBox in it: a dump, or lists such as "devices"';
    return { line: 1, why };
  }
  return box.rows();
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** `{value: "active", label: "Active"}` of the API, `"active"` of a dump. */
const choice = (value: unknown): string => text(isObject(value) ? value.value : value);

/** `"10.0.0.1/24"` without its length. */
const addressOf = (value: unknown): string => text(value).split('/', 1).join();

class NetBox {
  readonly #models = new Map<string, Map<string, Thing>>();
  /** Ends of each cable: model and id. */
  readonly #ends = new Map<string, [string, string][]>();
  readonly #addresses = new Map<string, string[]>();
  /** How many devices have a name. */
  readonly #named = new Map<string, number>();
  #line = 0;

  get isEmpty(): boolean {
    return this.#models.size === 0;
  }

  dump(objects: readonly unknown[]): void {
    for (const one of objects) {
      this.#line++;
      if (!isObject(one) || !isObject(one.fields)) continue;
      const model = text(one.model).split('.')[1] ?? '';
      if (model === 'cabletermination') this.#termination(one.fields);
      else this.#keep(model, text(one.pk), one.fields);
    }
  }

  lists(lists: Json): void {
    for (const [name, list] of Object.entries(lists)) {
      const model = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
      const objects: unknown = isObject(list) ? list.results : list;
      if (model === undefined || !Array.isArray(objects)) continue;
      for (const one of objects as readonly unknown[]) {
        this.#line++;
        if (!isObject(one)) continue;
        this.#keep(model, text(one.id), one);
        if (model === 'cable') this.#cableEnds(text(one.id), one);
      }
    }
  }

  #keep(model: string, id: string, fields: Json): void {
    const there = this.#models.get(model) ?? new Map<string, Thing>();
    this.#models.set(model, there.set(id, { id, line: this.#line, fields }));
    if (model === 'ipaddress') this.#address(fields);
    if (model !== 'device' && model !== 'virtualmachine') return;
    const name = text(fields.name);
    this.#named.set(name, (this.#named.get(name) ?? 0) + 1);
  }

  /** A dump tells the two ends of a cable apart from it. */
  #termination({ cable, termination_type: type, termination_id: id }: Json): void {
    const model = Array.isArray(type) ? text(type[1]) : (text(type).split('.')[1] ?? '');
    this.#end(text(cable), model, text(id));
  }

  #cableEnds(cable: string, fields: Json): void {
    for (const side of [fields.a_terminations, fields.b_terminations]) {
      for (const one of Array.isArray(side) ? (side as readonly unknown[]) : []) {
        if (!isObject(one)) continue;
        this.#end(cable, text(one.object_type).split('.')[1] ?? '', text(one.object_id));
      }
    }
  }

  #end(cable: string, model: string, id: string): void {
    const ends = this.#ends.get(cable);
    if (ends) ends.push([model, id]);
    else this.#ends.set(cable, [[model, id]]);
  }

  #address({ address, assigned_object_type: type, assigned_object_id: id }: Json): void {
    const model = Array.isArray(type) ? text(type[1]) : (text(type).split('.')[1] ?? '');
    if (model !== 'interface' || text(id) === '') return;
    const there = this.#addresses.get(text(id));
    if (there) there.push(addressOf(address));
    else this.#addresses.set(text(id), [addressOf(address)]);
  }

  #all(model: string): readonly Thing[] {
    return [...(this.#models.get(model)?.values() ?? [])];
  }

  /** The object a field refers to: by its key in a dump, by a short form of it in the API. */
  #at(model: string, value: unknown): Json | undefined {
    const id = text(isObject(value) ? value.id : value);
    return this.#models.get(model)?.get(id)?.fields ?? (isObject(value) ? value : undefined);
  }

  #slug(model: string, value: unknown): string {
    const found = this.#at(model, value);
    return text(found?.slug) || text(found?.name);
  }

  #deviceName(model: string, value: unknown): string {
    const id = text(isObject(value) ? value.id : value);
    const found = this.#at(model, value);
    const name = text(found?.name);
    if (name === '') return id === '' ? '' : `device-${id}`;
    // A name is one device's only within its site.
    const isShared = (this.#named.get(name) ?? 0) > 1;
    return isShared ? `${name} (${this.#slug('site', found?.site)})` : name;
  }

  rows(): readonly Row[] {
    const circuits = this.#circuitsOfPorts();
    return [
      ...this.#all('region').map((one) => this.#placed(one, 'region', 'parent')),
      ...this.#all('site').map((one) => this.#placed(one, 'site', 'region')),
      ...this.#all('tenant').map((one) => row(one, 'owner', named(one.fields))),
      ...this.#devices(),
      ...this.#all('interface').map((one) => this.#port(one, circuits)),
      ...this.#all('circuit').map((one) => this.#circuit(one)),
      ...this.#links(),
    ];
  }

  #placed(one: Thing, kind: string, above: 'parent' | 'region'): Row {
    const { fields } = one;
    return row(one, kind, {
      ...named(fields),
      [above]: this.#slug('region', fields[above]),
      owner: this.#slug('tenant', fields.tenant),
      facility: text(fields.facility),
      'physical address': text(fields.physical_address),
    });
  }

  #devices(): readonly Row[] {
    const addresses = new Map<string, string[]>();
    for (const { id, fields } of this.#all('interface')) {
      const device = this.#deviceName('device', fields.device);
      const found = this.#addresses.get(id) ?? [];
      if (found.length > 0) addresses.set(device, [...(addresses.get(device) ?? []), ...found]);
    }
    const rowOf = (one: Thing, model: string): Row => {
      const { fields } = one;
      const id = this.#deviceName(model, one.id);
      const type = this.#at('devicetype', fields.device_type);
      const primary = [fields.primary_ip4, fields.primary_ip6, fields.primary_ip].map((ip) =>
        addressOf(this.#at('ipaddress', ip)?.address),
      );
      const names = new Set([...(addresses.get(id) ?? []), ...primary]);
      return row(one, 'device', {
        ...{ id, site: this.#slug('site', fields.site), addresses: [...names].filter(Boolean) },
        role: this.#slug('devicerole', fields.role ?? fields.device_role),
        vendor: text(this.#at('manufacturer', type?.manufacturer)?.name),
        model: text(type?.model),
        owner: this.#slug('tenant', fields.tenant),
        ...{ serial: text(fields.serial), status: choice(fields.status) },
        description: text(fields.description),
      });
    };
    return [
      ...this.#all('device').map((one) => rowOf(one, 'device')),
      ...this.#all('virtualmachine').map((one) => rowOf(one, 'virtualmachine')),
    ];
  }

  #port(one: Thing, circuits: ReadonlyMap<string, string>): Row {
    const { fields } = one;
    return row(one, 'port', {
      ...{ device: this.#deviceName('device', fields.device), name: text(fields.name) },
      ...{ description: text(fields.description), circuit: circuits.get(one.id) ?? '' },
    });
  }

  #circuit(one: Thing): Row {
    const { fields } = one;
    return row(one, 'circuit', {
      ...{ id: text(fields.cid), vendor: text(this.#at('provider', fields.provider)?.name) },
      ...{ owner: this.#slug('tenant', fields.tenant), status: choice(fields.status) },
      description: text(fields.description),
    });
  }

  /** The circuit that ends at an interface, by the interface's id. */
  #circuitsOfPorts(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const ends of this.#ends.values()) {
      const port = ends.find(([model]) => model === 'interface');
      const end = ends.find(([model]) => model === 'circuittermination');
      const circuit = end && this.#at('circuittermination', end[1])?.circuit;
      const cid = text(this.#at('circuit', circuit)?.cid);
      if (port && cid !== '') found.set(port[1], cid);
    }
    return found;
  }

  #links(): readonly Row[] {
    return this.#all('cable').flatMap((one) => {
      const ends = (this.#ends.get(one.id) ?? []).filter(([model]) => model === 'interface');
      if (ends.length !== 2) return [];
      const ports = ends.map(([, id]) => {
        const fields = this.#at('interface', id);
        return `${this.#deviceName('device', fields?.device)}/${text(fields?.name)}`;
      });
      const { label, description } = one.fields;
      return [
        row(one, 'link', {
          ...{ id: text(label) || `cable-${one.id}`, ends: ports },
          description: text(description),
        }),
      ];
    });
  }
}

const named = (fields: Json): Record<string, FieldValue> => ({
  ...{ id: text(fields.slug) || text(fields.name), name: text(fields.name) },
  description: text(fields.description),
});

const row = ({ line }: Thing, kind: string, fields: Record<string, FieldValue>): Row => ({
  ...{ line, kind, fields },
});
