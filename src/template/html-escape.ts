/** What stands in the place of a value that would be dangerous where it is; as Go writes it. */
export const REFUSED = 'ZgotmplZ';

const table = (entries: Readonly<Record<string, string>>) => entries;

const TEXT = table({
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
});

const zeroless = (text: string): string => text.replaceAll('\0', '\ufffd');

/** For text and quoted attributes. */
export const escapeText = (text: string): string =>
  zeroless(text).replace(/["&'+<>]/g, (c) => TEXT[c] ?? c);

/** The same for markup that is trusted but may not end what it stands in: `&` stays. */
export const escapeTrusted = (text: string): string =>
  zeroless(text).replace(/["'+<>]/g, (c) => TEXT[c] ?? c);

const numbered = (c: string): string => TEXT[c] ?? `&#${c.charCodeAt(0)};`;

/** For attributes without quotes. */
export const escapeBare = (text: string): string =>
  text === ''
    ? REFUSED
    : text
        .replace(/[\t\n\v\f\r "'&+<=>`]/g, (c) => (c === '&' ? '&amp;' : numbered(c)))
        .replaceAll('\0', '&#xfffd;');

/** Markup without its tags and comments, for trusted markup inside an attribute. */
export const withoutTags = (markup: string): string =>
  markup.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/<[a-zA-Z/!][^>]*(?:>|$)/g, '');

/** Names of tags and attributes: only harmless ones pass. */
export const escapeName = (name: string): string =>
  /^[a-zA-Z0-9_-]+$/.test(name) ? name : REFUSED;

/** Only http, https, mailto and relative addresses pass. */
export function filterUrl(url: string): string {
  const colon = url.indexOf(':');
  if (colon < 0 || url.slice(0, colon).includes('/')) return url;
  const scheme = url.slice(0, colon).toLowerCase();
  return /^(?:https?|mailto)$/.test(scheme) ? url : `#${REFUSED}`;
}

const percent = (bytes: Buffer, keep: RegExp): string => {
  let out = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const char = String.fromCharCode(byte);
    const isEscape =
      char === '%' && /^[0-9a-fA-F]{2}$/.test(bytes.toString('latin1', i + 1, i + 3));
    out +=
      keep.test(char) || (isEscape && keep !== UNRESERVED)
        ? char
        : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
};

const UNRESERVED = /[A-Za-z0-9\-._~]/;
const IN_URL = /[A-Za-z0-9\-._~!#$&*+,/:;=?@[\]]/;

/** A whole address: only what may not stand in one is escaped. */
export const normalizeUrl = (url: string): string => percent(Buffer.from(url), IN_URL);

/** Part of an address, in its query: everything with a meaning is escaped. */
export const escapeQuery = (text: string): string => percent(Buffer.from(text), UNRESERVED);

const unicode = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
const SCRIPT = table({
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '/': '\\/',
  '\\': '\\\\',
});

/** Inside a script's quotes. */
export const escapeScriptText = (text: string): string =>
  text
    .replace(/[\t\n\f\r/\\"`&'+<>\v\u2028\u2029]/g, (c) => SCRIPT[c] ?? unicode(c))
    .replaceAll('\0', '\\u0000');

/** Inside back quotes also what would begin code. */
export const escapeScriptTemplate = (text: string): string =>
  escapeScriptText(text).replace(/[${}]/g, unicode);

/** Inside a regular expression. */
export const escapeScriptPattern = (text: string): string =>
  text === '' ? '(?:)' : escapeScriptText(text).replace(/[$()*\-.?[\]^{|}]/g, (c) => `\\${c}`);

/** JSON as a value in code; what is no text gets spaces around it, so that no names grow. */
export const scriptValue = (json: string): string =>
  /^[\w$-]/.test(json) ? ` ${json} ` : json.replace(/\*\//g, '* /');

/** A value of a style: what could end it, or run, is refused. */
export function filterStyle(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z]/g, '');
  const bad = /["'()/;@[\\\]`{}<>]|--/.test(text) || text.includes('\0');
  return bad || plain.includes('expression') || plain.includes('mozbinding') ? REFUSED : text;
}

/** Inside a style's quotes. */
export const escapeStyleText = (text: string): string =>
  zeroless(text).replace(/[\t\n\f\r"&'()+/:;<>\\{}]/g, (c, at: number) => {
    if (c === '\\') return '\\\\';
    const next = text[at + 1] ?? '';
    return `\\${c.charCodeAt(0).toString(16)}${/[0-9a-fA-F\s]/.test(next) ? ' ' : ''}`;
  });
