/**
 * What a zone is called at a moment: `CET`. Intl knows such names only in some locales, so several
 * are asked; the rest is a short table, and then the offset, as Go prints it for zones that have
 * no letters: `+03`.
 */
export function abbreviation(zone: string, ms: number, offset: number): string {
  const told = TOLD[zone];
  if (told !== undefined) return told;
  for (const locale of /^[+-]/.test(zone) ? [] : LOCALES) {
    const name = formatOf(locale, zone)
      .formatToParts(ms)
      .find(({ type }) => type === 'timeZoneName')?.value;
    if (name !== undefined && LETTERS.has(name)) return name;
  }
  if (offset === 0) return zone.startsWith('+') ? 'UTC' : 'GMT';
  const [sign, size] = [offset < 0 ? '-' : '+', Math.abs(offset)];
  const h = String(Math.floor(size / 3600)).padStart(2, '0');
  const m = Math.floor(size / 60) % 60;
  return /^[+-]/.test(zone) || m > 0 ? `${sign}${h}${String(m).padStart(2, '0')}` : `${sign}${h}`;
}

const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'] as const;

/** Names that the zone database has; Intl has more, and Go prints an offset for those. */
const LETTERS = new Set(
  (
    'ACDT ACST ADT AEDT AEST AKDT AKST AST AWST BST CAT CDT CEST CET CST EAT EDT EEST EET EST ' +
    'GMT HKT HST IDT IST JST KST MDT MSK MST NDT NST NZDT NZST PDT PKT PST SAST UTC ' +
    'WAT WEST WET WIB'
  ).split(' '),
);

const TOLD: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Taipei': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Manila': 'PST',
  'Asia/Jakarta': 'WIB',
  'Asia/Karachi': 'PKT',
  'Europe/Moscow': 'MSK',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  'Africa/Johannesburg': 'SAST',
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, zone: string): Intl.DateTimeFormat {
  const key = `${locale} ${zone}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' });
  formats.set(key, format); // bounded by the zones there are
  return format;
}
