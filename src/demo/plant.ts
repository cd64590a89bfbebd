import { keyOf, type Thing, type ThingKey } from '../domain/inventory/thing.ts';
import { isHub, LINKS, router, SITES, site } from './network.ts';

/** Where each city lies, in degrees north and east; close enough for a map of Europe. */
const LIE: Readonly<Record<string, readonly [lat: number, lon: number]>> = Object.fromEntries(
  (
    'ams 52.37 4.90, rtm 51.92 4.48, utr 52.09 5.12, bru 50.85 4.35, anr 51.22 4.40, ' +
    'fra 50.11 8.68, cgn 50.94 6.96, str 48.78 9.18, muc 48.14 11.58, nue 49.45 11.08, ' +
    'par 48.86 2.35, lys 45.76 4.84, lil 50.63 3.06, nte 47.22 -1.55, sxb 48.57 7.75, ' +
    'mil 45.46 9.19, trn 45.07 7.69, goa 44.41 8.93, blq 44.49 11.34, gva 46.20 6.14, ' +
    'vie 48.21 16.37, grz 47.07 15.44, bud 47.50 19.04, bts 48.15 17.11, lju 46.06 14.51, ' +
    'waw 52.23 21.01, krk 50.06 19.94, gdn 54.35 18.65, wro 51.11 17.03, vno 54.69 25.28, ' +
    'cph 55.68 12.57, aar 56.15 10.20, mma 55.60 13.00, got 57.71 11.97, osl 59.91 10.75, ' +
    'mad 40.42 -3.70, bcn 41.39 2.17, vlc 39.47 -0.38, lis 38.72 -9.14, opo 41.15 -8.61'
  )
    .split(', ')
    .map((text) => {
      const [code = '', lat, lon] = text.split(' ');
      return [code, [Number(lat), Number(lon)]] as const;
    }),
);

const device = (id: string): ThingKey => keyOf('device', id);
const NOC = keyOf('owner', 'noc');
const SYSTEMS = keyOf('owner', 'systems');

const siteThings = (): Thing[] =>
  SITES.map(({ code, city }) => {
    const [lat, lon] = LIE[code] ?? [];
    const lies = lat === undefined ? {} : { attributes: { lat: String(lat), lon: String(lon) } };
    return { key: keyOf('site', code), title: city, owner: NOC, ...lies };
  });

const routers = (): Thing[] =>
  SITES.map((one) => ({
    key: device(router(one.code)),
    attributes: { vendor: 'Invented Networks', role: isHub(one) ? 'core' : 'access' },
    labels: { role: isHub(one) ? 'core' : 'access' },
    partOf: keyOf('site', one.code),
    owner: NOC,
  }));

const links = (): Thing[] =>
  LINKS.map(({ ends: [a, b], role }) => ({
    key: keyOf('link', `${a.router}--${b.router}`),
    labels: { link_role: role },
    ends: [device(a.router), device(b.router)],
  }));

const server = (name: string, at: string, port: string): Thing => ({
  key: device(name),
  names: [`${name}.northnet.example`, `${name}.northnet.example:${port}`],
  partOf: keyOf('site', at),
  owner: SYSTEMS,
});

const service = (id: string, title: string, ...on: readonly string[]): Thing => ({
  key: keyOf('service', id),
  title,
  owner: SYSTEMS,
  dependsOn: on.map(device),
});

/** What NORTHNET has: sites on a map, routers, links, servers, and what people use of them. */
export const demoThings = (): readonly Thing[] => [
  { key: NOC, title: 'Network operations', attributes: { phone: '+00 000 1001' } },
  { key: SYSTEMS, title: 'Systems', attributes: { phone: '+00 000 1002' } },
  ...siteThings(),
  ...routers(),
  ...links(),
  server('radius-1', 'ams', '1812'),
  server('radius-2', 'vie', '1812'),
  server('relay-1', 'ams', '9154'),
  server('logs-1', 'fra', '9100'),
  server('dns-3', 'cph', '9153'),
  server('ntp-2', 'par', '9100'),
  service('eduroam', 'Wireless for guests', 'radius-1', 'radius-2'),
  service('mail', 'Mail', 'relay-1'),
  service('names', 'DNS and time', 'dns-3', 'ntp-2'),
  service('transit', 'The Internet', router('mil'), router('ams'), router('fra')),
  service('telescopes', 'Data of the telescopes', router('gdn'), router(site('lis').code)),
];
