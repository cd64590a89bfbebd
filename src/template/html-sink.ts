import type { Sink } from './execute.ts';
import type { Meter } from './fault.ts';
import { advance, beginning, type Context, kindOfAttribute } from './html-context.ts';
import * as safe from './html-escape.ts';
import { toJson } from './json.ts';
import { Output } from './output.ts';
import { printed } from './print.ts';
import { Safe, type Value } from './value.ts';

/**
 * Markup in which every value is escaped for the place it stands in, in the manner of Go's
 * html/template. The place is followed while rendering, not worked out before: a page whose
 * branches end in different places is no fault here.
 */
export function htmlSink(meter: Meter): Sink {
  const output = new Output();
  const context = beginning();
  return {
    text: (text) => {
      meter.spend(text.length >> 4);
      output.put(advance(context, text));
    },
    value: (value, by) => {
      nudge(context);
      output.put(meter.text(escaped(context, value, by, meter)));
      valueSeen(context);
    },
    done: () => output.text(),
  };
}

/** A value where an attribute's name or value may begin is one. */
function nudge(context: Context): void {
  if (context.state === 'tag') {
    context.state = 'attribute name';
    context.name = '';
  }
  if (context.state === 'before value') {
    context.state = 'value';
    context.quote = '';
  }
  if (context.state === 'after name') {
    context.state = 'attribute name';
    context.name = '';
  }
}

function valueSeen(context: Context): void {
  if (context.script === 'code') context.slashIsPattern = false;
}

function escaped(context: Context, value: Value, by: string, meter: Meter): string {
  const text = value === null ? '' : printed(value, meter);
  const trusted = value instanceof Safe && value.type === 'template.HTML';
  switch (context.state) {
    case 'text':
      if (trusted) return text;
      return by === 'html' ? text : safe.escapeText(text);
    case 'rcdata':
      return trusted || by === 'html' ? safe.escapeTrusted(text) : safe.escapeText(text);
    case 'comment':
      return '';
    case 'script':
      return inScript(context, value, text, meter);
    case 'style':
      return inStyle(context, value, text);
    case 'value':
      return inAttribute(context, value, text, by, meter);
    default:
      return attributeName(context, text);
  }
}

/** A name that makes the attribute dangerous is refused: its value was written for another. */
function attributeName(context: Context, text: string): string {
  const name = safe.escapeName(text);
  context.name += name;
  const kind = kindOfAttribute(context.name);
  return kind === 'plain' || name === safe.REFUSED ? name : safe.REFUSED;
}

function inAttribute(
  context: Context,
  value: Value,
  text: string,
  by: string,
  meter: Meter,
): string {
  const quote = context.quote === '' ? safe.escapeBare : safe.escapeText;
  const trusted = value instanceof Safe && value.type === 'template.HTML';
  switch (context.kind) {
    case 'url':
    case 'srcset':
      return quote(inUrl(context, value, text, by));
    case 'script':
      return quote(inScript(context, value, text, meter));
    case 'style':
      return quote(inStyle(context, value, text));
    case 'html':
      return quote(trusted ? text : safe.escapeText(text)); // text inside markup inside text
    default:
      if (context.quote === '') return quote(trusted ? safe.withoutTags(text) : text);
      if (trusted) return safe.escapeTrusted(safe.withoutTags(text));
      return by === 'html' ? safe.escapeTrusted(text) : quote(text);
  }
}

function inUrl({ kind, part }: Context, value: Value, text: string, by: string): string {
  const trusted = value instanceof Safe && value.type === 'template.URL';
  if (part === 'query') {
    if (trusted) return safe.normalizeUrl(text);
    return by === 'urlquery' ? text : safe.escapeQuery(text);
  }
  const checked = trusted || part === 'path' ? text : safe.filterUrl(text);
  const whole = safe.normalizeUrl(checked);
  // In a set of pictures a comma would begin another address.
  return kind === 'srcset' ? whole.replaceAll(',', '%2c') : whole;
}

function inScript({ script }: Context, value: Value, text: string, meter: Meter): string {
  switch (script) {
    case 'code':
      return safe.scriptValue(toJson(value, meter));
    case '"':
    case "'":
      return safe.escapeScriptText(text);
    case '`':
      return safe.escapeScriptTemplate(text);
    case 'pattern':
      return safe.escapeScriptPattern(text);
    default:
      return '';
  }
}

function inStyle({ style }: Context, value: Value, text: string): string {
  switch (style) {
    case 'code':
      return safe.filterStyle(text);
    case 'url': {
      const trusted = value instanceof Safe && value.type === 'template.URL';
      const url = safe.normalizeUrl(trusted ? text : safe.filterUrl(text));
      return url.replace(/["'()\\]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
    }
    case 'block':
      return '';
    default:
      return safe.escapeStyleText(text);
  }
}
