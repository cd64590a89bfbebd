import { parseDocument } from 'yaml';

/** Longer texts are JSON or stay as they are: reading strangers' words as YAML takes too long. */
export const YAML_CHARS_MAX = 16_384;

/**
 * A value of the configuration with every text in it, names of fields too, filled in as a
 * template. As Alertmanager does it, a filled text that reads as YAML of another kind than text
 * becomes that: `"{{ 1 }}"` is a number, a JSON list is a list. What came of a template is never
 * taken as a template again.
 */
export function filled(value: unknown, text: (template: string) => string): unknown {
  if (typeof value === 'string') return typed(text(value));
  if (Array.isArray(value)) return value.map((item) => filled(item, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [text(name), filled(field, text)]),
  );
}

function typed(text: string): unknown {
  const read = /^\s*[[{"]/.test(text) ? (jsonOf(text) ?? yamlOf(text)) : yamlOf(text);
  return typeof read === 'string' || read === undefined ? text : read;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** undefined for what is no YAML; aliases are refused, they are how a short text gets large. */
function yamlOf(text: string): unknown {
  if (text.length > YAML_CHARS_MAX) return undefined;
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return jsonOf(JSON.stringify(value)); // what JSON cannot say stays text
  } catch {
    return undefined;
  }
}
