/** Markup that is safe to send. Only `html` and `trusted` make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | boolean | null | undefined | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made harmless for element content and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

/** Markup of our own making that must not be escaped again: file contents, drawn SVG. */
export const trusted = (markup: string): Html => new Html(markup);

/**
 * Markup with every inserted value escaped unless it is Html. `false`, `null` and `undefined`
 * draw nothing; lists are joined. There is no other way to make markup.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let out = strings[0] ?? '';
  for (let i = 0; i < parts.length; i++) out += drawn(parts[i]) + (strings[i + 1] ?? '');
  return new Html(out);
}

function drawn(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === null || part === undefined || typeof part === 'boolean') return '';
  if (Array.isArray(part)) return part.map(drawn).join('');
  return escapeHtml(String(part));
}
