/** Where in a page the next text stands, as far as escaping must know. */
export interface Context {
  state:
    | 'text'
    | 'comment'
    /** Inside `<title>` or `<textarea>`: text without tags. */
    | 'rcdata'
    | 'script'
    | 'style'
    /** Between attributes. */
    | 'tag'
    | 'attribute name'
    | 'after name'
    | 'before value'
    | 'value';
  /** Of the tag now open, or of the raw element the text is in; lower case. */
  element: string;
  kind: AttributeKind;
  quote: '"' | "'" | '';
  /** Of a URL: nothing yet, its beginning, or its query or fragment. */
  part: 'none' | 'path' | 'query';
  script: ScriptState;
  /** A slash begins a regular expression, for the last thing was no value. */
  slashIsPattern: boolean;
  style: StyleState;
  /** A name cut by the end of a piece of text. */
  name: string;
}

export type AttributeKind = 'plain' | 'url' | 'style' | 'script' | 'srcset' | 'html';
export type ScriptState = 'code' | '"' | "'" | '`' | 'pattern' | 'line' | 'block';
export type StyleState = 'code' | '"' | "'" | 'url' | 'block';

export const beginning = (): Context => ({
  state: 'text',
  element: '',
  kind: 'plain',
  quote: '',
  part: 'none',
  script: 'code',
  slashIsPattern: true,
  style: 'code',
  name: '',
});

const URL_ATTRIBUTES = new Set(
  (
    'action archive background cite classid codebase data formaction href icon longdesc manifest ' +
    'ping poster profile src usemap xmlns'
  ).split(' '),
);

/** What an attribute holds; names nobody knows count as dangerous when they look so. */
export function kindOfAttribute(written: string): AttributeKind {
  let name = written.toLowerCase();
  if (name.startsWith('data-')) name = name.slice(5);
  else if (name.includes(':')) {
    if (name.startsWith('xmlns:')) return 'url';
    name = name.slice(name.indexOf(':') + 1);
  }
  if (name === 'style') return 'style';
  if (name === 'srcset' || name === 'imagesrcset') return 'srcset';
  if (name === 'srcdoc') return 'html';
  if (name.startsWith('on')) return 'script';
  if (URL_ATTRIBUTES.has(name) || /src|uri|url/.test(name)) return 'url';
  return 'plain';
}

const RAW: Readonly<Record<string, Context['state']>> = {
  script: 'script',
  style: 'style',
  title: 'rcdata',
  textarea: 'rcdata',
};

/** Goes through text of the template; gives it as it is to be written: without comments. */
export function advance(context: Context, text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const [end, written] = STEPS[context.state](context, text, at);
    out += written;
    at = end;
  }
  return out;
}

type Step = (context: Context, text: string, at: number) => [end: number, written: string];

/** A tag begins: `<name` or `</name`. */
const TAG = /<(\/?[a-zA-Z][^\s/>]*)/y;

const inText: Step = (context, text, at) => {
  const open = text.indexOf('<', at);
  if (open < 0) return [text.length, text.slice(at)];
  const before = text.slice(at, open);
  if (text.startsWith('<!--', open)) {
    context.state = 'comment';
    return [open + 4, before];
  }
  TAG.lastIndex = open;
  const tag = TAG.exec(text);
  if (tag) {
    context.element = (tag[1] ?? '').toLowerCase();
    context.state = 'tag';
    return [open + tag[0].length, before + tag[0]];
  }
  // A bare `<` stays a sign: a value behind it never becomes a tag's name.
  if (/^<!doctype/i.test(text.slice(open, open + 9))) return [open + 1, `${before}<`];
  return [open + 1, `${before}&lt;`];
};

const inComment: Step = (context, text, at) => {
  const end = text.indexOf('-->', at);
  if (end < 0) return [text.length, ''];
  context.state = 'text';
  return [end + 3, ''];
};

const inTag: Step = (context, text, at) => {
  const c = text[at] ?? '';
  if (c === '>') {
    context.state = RAW[context.element] ?? 'text';
    context.script = 'code';
    context.slashIsPattern = true;
    context.style = 'code';
    return [at + 1, c];
  }
  if (/[\s/]/.test(c)) return [at + 1, c];
  context.state = 'attribute name';
  context.name = '';
  return [at, ''];
};

const NAME_END = /[\s=>/]/g;

const inName: Step = (context, text, at) => {
  NAME_END.lastIndex = at;
  const end = NAME_END.exec(text)?.index ?? text.length;
  const name = text.slice(at, end);
  context.name += name;
  if (end < text.length) context.state = 'after name';
  return [end, name];
};

const afterName: Step = (context, text, at) => {
  const c = text[at] ?? '';
  if (/\s/.test(c)) return [at + 1, c];
  if (c !== '=') {
    context.state = 'tag';
    context.name = '';
    return [at, ''];
  }
  context.state = 'before value';
  context.kind = kindOfAttribute(context.name);
  context.part = 'none';
  context.script = 'code';
  context.slashIsPattern = true;
  context.style = 'code';
  return [at + 1, c];
};

const beforeValue: Step = (context, text, at) => {
  const c = text[at] ?? '';
  if (/\s/.test(c)) return [at + 1, c];
  if (c === '>') {
    context.state = 'tag';
    return [at, ''];
  }
  context.state = 'value';
  context.quote = c === '"' || c === "'" ? c : '';
  return context.quote === '' ? [at, ''] : [at + 1, c];
};

const BARE_END = /[\s>]/g;

const inValue: Step = (context, text, at) => {
  let end: number;
  if (context.quote === '') {
    BARE_END.lastIndex = at;
    end = BARE_END.exec(text)?.index ?? -1;
  } else {
    end = text.indexOf(context.quote, at);
  }
  const value = text.slice(at, end < 0 ? text.length : end);
  within(context, value);
  if (end < 0) return [text.length, value];
  context.state = 'tag';
  const quote = context.quote;
  context.quote = '';
  context.name = '';
  return [end + quote.length, value + quote];
};

/** What the text of an attribute does to the state of what is in it. */
function within(context: Context, value: string): void {
  if (context.kind === 'url' || context.kind === 'srcset') {
    if (/[?#]/.test(value)) context.part = 'query';
    else if (context.part === 'none' && value.trim() !== '') context.part = 'path';
  }
  if (context.kind === 'script') scriptState(context, value);
  if (context.kind === 'style') styleState(context, value);
}

/** Raw text up to the end tag of its element. */
const inRaw: Step = (context, text, at) => {
  const close = rawEnd(text, at, context.element);
  const body = text.slice(at, close < 0 ? text.length : close);
  if (context.state === 'script') scriptState(context, body);
  if (context.state === 'style') styleState(context, body);
  if (close < 0) return [text.length, body];
  context.state = 'text';
  return [close, body];
};

function rawEnd(text: string, from: number, element: string): number {
  for (let at = text.indexOf('</', from); at >= 0; at = text.indexOf('</', at + 2)) {
    if (text.slice(at + 2, at + 2 + element.length).toLowerCase() === element) return at;
  }
  return -1;
}

const SCRIPT_PIECE = /\/\/|\/\*|\*\/|\\[\s\S]|["'`/\n\u2028\u2029]|[^\s"'`/\\]+|\s/gu;

function scriptState(context: Context, code: string): void {
  for (const [piece] of code.matchAll(SCRIPT_PIECE)) {
    const state = context.script;
    if (state === 'code') codePiece(context, piece);
    else if (state === 'line') {
      if (/[\n\u2028\u2029]/.test(piece)) context.script = 'code';
    } else if (state === 'block') {
      if (piece === '*/' || piece.endsWith('*/')) context.script = 'code';
    } else if (state === 'pattern') {
      if (piece === '/') {
        context.script = 'code';
        context.slashIsPattern = false;
      }
    } else if (piece === state) {
      context.script = 'code';
      context.slashIsPattern = false;
    }
  }
}

function codePiece(context: Context, piece: string): void {
  if (piece === '//') context.script = 'line';
  else if (piece === '/*') context.script = 'block';
  else if (piece === '"' || piece === "'" || piece === '`') context.script = piece;
  else if (piece === '/') {
    if (context.slashIsPattern) context.script = 'pattern';
    else context.slashIsPattern = true;
  } else if (piece.trim() !== '') {
    const word = /(?:return|typeof|case|in|of|void|delete|throw|do|else)$/.test(piece);
    context.slashIsPattern = word || !/[\w$)\]}]$/.test(piece);
  }
}

const STYLE_PIECE = /\/\*|\*\/|\\[\s\S]|["'()]|url\(|[^"'()/*\\u]+|[\s\S]/giu;

function styleState(context: Context, code: string): void {
  for (const [piece] of code.matchAll(STYLE_PIECE)) {
    const state = context.style;
    if (state === 'code') {
      if (piece === '/*') context.style = 'block';
      else if (piece === '"' || piece === "'") context.style = piece;
      else if (piece.toLowerCase() === 'url(') context.style = 'url';
    } else if (state === 'block') {
      if (piece === '*/') context.style = 'code';
    } else if (state === 'url') {
      if (piece === ')') context.style = 'code';
    } else if (piece === state) {
      context.style = 'code';
    }
  }
}

const STEPS: Readonly<Record<Context['state'], Step>> = {
  text: inText,
  comment: inComment,
  rcdata: inRaw,
  script: inRaw,
  style: inRaw,
  tag: inTag,
  'attribute name': inName,
  'after name': afterName,
  'before value': beforeValue,
  value: inValue,
};
