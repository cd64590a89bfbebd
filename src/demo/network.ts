/**
 * NORTHNET, a research network that does not exist. The cities are real, everything in them is
 * invented; names end in `.example` and addresses come from the ranges for documentation.
 */
export const ORG = 'northnet';

export interface Site {
  readonly code: string;
  readonly city: string;
  /** Code of the core site it hangs on; its own code for a core site. */
  readonly hub: string;
}

const HUBS: readonly (readonly [code: string, city: string, around: string])[] = [
  ['ams', 'Amsterdam', 'rtm Rotterdam, utr Utrecht, bru Brussels, anr Antwerp'],
  ['fra', 'Frankfurt', 'cgn Cologne, str Stuttgart, muc Munich, nue Nuremberg'],
  ['par', 'Paris', 'lys Lyon, lil Lille, nte Nantes, sxb Strasbourg'],
  ['mil', 'Milan', 'trn Turin, goa Genoa, blq Bologna, gva Geneva'],
  ['vie', 'Vienna', 'grz Graz, bud Budapest, bts Bratislava, lju Ljubljana'],
  ['waw', 'Warsaw', 'krk Krakow, gdn Gdansk, wro Wroclaw, vno Vilnius'],
  ['cph', 'Copenhagen', 'aar Aarhus, mma Malmo, got Gothenburg, osl Oslo'],
  ['mad', 'Madrid', 'bcn Barcelona, vlc Valencia, lis Lisbon, opo Porto'],
];

export const SITES: readonly Site[] = HUBS.flatMap(([hub, city, around]) => [
  { code: hub, city, hub },
  ...around.split(', ').map((text) => {
    const [code = '', name = ''] = text.split(' ');
    return { code, city: name, hub };
  }),
]);

export const site = (code: string): Site =>
  SITES.find((s) => s.code === code) ?? { code, city: code, hub: code };

export const isHub = ({ code, hub }: Site): boolean => code === hub;

/** One end of a link: a port of a router, and what is at the other side. */
export interface Port {
  readonly router: string;
  readonly name: string;
  readonly site: string;
  readonly towards: string;
}

export interface Link {
  readonly ends: readonly [Port, Port];
  readonly role: 'backbone' | 'access';
}

export const router = (code: string): string =>
  `${code}-${isHub(site(code)) ? 'core' : 'access'}-1`;

const RING =
  'ams-cph cph-waw waw-vie vie-mil mil-mad par-mad ams-par ams-fra fra-par fra-mil fra-vie';

function link(a: string, b: string, role: Link['role'], nth: number): Link {
  const media = role === 'backbone' ? 'et' : 'xe';
  const port = (from: string, to: string, slot: number): Port => ({
    router: router(from),
    name: `${media}-${slot}/0/${nth}`,
    site: from,
    towards: router(to),
  });
  return { ends: [port(a, b, 0), port(b, a, 1)], role };
}

/** Backbone first, then the uplink of each access site. */
export const LINKS: readonly Link[] = [
  ...RING.split(' ').map((pair, nth) => {
    const [a = '', b = ''] = pair.split('-');
    return link(a, b, 'backbone', nth);
  }),
  ...SITES.filter((s) => !isHub(s)).map((s, nth) => link(s.code, s.hub, 'access', nth % 4)),
];

/** The uplink of an access site. */
export const uplink = (code: string): Link | undefined =>
  LINKS.find((l) => l.role === 'access' && l.ends[0].site === code);

/** Fibres of several sites that lie in one trench: one digger takes them all. */
export const DUCTS: readonly Duct[] = [
  { name: 'Nordic duct', sites: ['aar', 'mma', 'got', 'osl', 'gdn'] },
  { name: 'Rhine duct', sites: ['cgn', 'str', 'nue', 'sxb', 'lil'] },
  { name: 'Iberian duct', sites: ['bcn', 'vlc', 'lis', 'opo', 'lys'] },
];

export interface Duct {
  readonly name: string;
  readonly sites: readonly string[];
}
