import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lexer, type Token, type Tokens } from 'marked';
import { isSafeLink } from './html.ts';

/** As much of pdfmake's words as we speak. */
type Piece =
  | string
  | {
      readonly text: string | readonly Piece[];
      readonly bold?: boolean;
      readonly italics?: boolean;
      readonly decoration?: string;
      readonly link?: string;
      readonly background?: string;
    };
type Part = Readonly<Record<string, unknown>>;

interface PdfMaker {
  addFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  createPdf(definition: Part): { getBuffer(): Promise<Buffer> };
}

/** Longer words are given places to break, or a narrow column would be left. */
const WORD_CHARS_MAX = 18;

const require = createRequire(import.meta.url);

/** Roboto has Latin, Greek and Cyrillic; it comes with pdfmake, under the Apache License 2.0. */
function openMaker(): PdfMaker {
  const maker = require('pdfmake') as PdfMaker;
  const folder = join(dirname(require.resolve('pdfmake/package.json')), 'fonts', 'Roboto');
  const at = (name: string): string => join(folder, `Roboto-${name}.ttf`);
  const [normal, bold, italics] = [at('Regular'), at('Medium'), at('Italic')];
  maker.addFonts({ Roboto: { normal, bold, italics, bolditalics: at('MediumItalic') } });
  maker.setLocalAccessPolicy((path) => path.startsWith(folder));
  maker.setUrlAccessPolicy(() => false);
  return maker;
}

/** A4, pages numbered, heads of tables repeated. The same text makes the same bytes. */
export async function documentPdf(
  markdown: string,
  title: string,
  foot: string,
  at: number,
): Promise<Uint8Array> {
  const footer = (page: number, pages: number): Part => ({
    columns: [
      { text: foot, alignment: 'left' },
      { text: `${page} / ${pages}`, alignment: 'right', width: 50 },
    ],
    margin: [42, 16, 42, 0],
    fontSize: 7.5,
    color: '#555555',
  });
  const definition = {
    pageSize: 'A4',
    pageMargins: [42, 42, 42, 50],
    info: { title, creationDate: new Date(at), modDate: new Date(at) },
    defaultStyle: { font: 'Roboto', fontSize: 10, lineHeight: 1.2 },
    footer,
    content: blocks(lexer(markdown)),
  };
  return new Uint8Array(await openMaker().createPdf(definition).getBuffer());
}

const blocks = (tokens: readonly Token[]): readonly Part[] =>
  tokens.filter(({ type }) => type !== 'space' && type !== 'def').map((one) => block(one));

const HEADING_SIZES: readonly number[] = [18, 13, 11];

function block(token: Token): Part {
  switch (token.type) {
    case 'hr':
      return { canvas: [{ type: 'line', x1: 0, y1: 0, x2: 511, y2: 0, lineWidth: 0.5 }] };
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading;
      const fontSize = HEADING_SIZES[depth - 1] ?? 10;
      const margin = [0, depth === 1 ? 0 : 12, 0, 4];
      return { text: inlines(tokens), fontSize, bold: true, margin, headlineLevel: depth };
    }
    case 'blockquote':
      return { stack: blocks(token.tokens ?? []), margin: [12, 0, 0, 0] };
    case 'code': {
      const { text } = token as Tokens.Code;
      return {
        text: broken(text),
        background: '#eeeeee',
        preserveLeadingSpaces: true,
        margin: GAP,
      };
    }
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const drawn = items.map((item) => ({ stack: blocks(item.tokens) }));
      return { [ordered ? 'ol' : 'ul']: drawn, margin: GAP };
    }
    case 'table':
      return table(token as Tokens.Table);
    case 'paragraph':
      return { text: inlines(token.tokens), margin: GAP };
    case 'text':
      return { text: inlines(token.tokens ?? [token]) };
    default:
      return { text: broken(token.raw), margin: GAP };
  }
}

const GAP: readonly number[] = [0, 0, 0, 6];

/** Columns as wide as their texts ask for: the square root, so that a long one leaves room. */
function table({ header, rows }: Tokens.Table): Part {
  const longest = header.map((cell, i) =>
    Math.max(cell.text.length, ...rows.map((row) => Math.min(row[i]?.text.length ?? 0, 200))),
  );
  const sum = longest.reduce((all, one) => all + Math.sqrt(one + 4), 0);
  const widths = longest.map((one) => `${((Math.sqrt(one + 4) / sum) * 100).toFixed(2)}%`);
  const cells = (row: readonly Tokens.TableCell[], bold: boolean): readonly Part[] =>
    row.map((cell) => ({ text: inlines(cell.tokens), bold }));
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths,
      body: [cells(header, true), ...rows.map((row) => cells(row, false))],
    },
    layout: 'lightHorizontalLines',
    fontSize: 8,
    margin: GAP,
  };
}

const inlines = (tokens: readonly Token[] = []): readonly Piece[] => tokens.map(inline);

function inline(token: Token): Piece {
  switch (token.type) {
    case 'strong':
      return { text: inlines(token.tokens), bold: true };
    case 'em':
      return { text: inlines(token.tokens), italics: true };
    case 'del':
      return { text: inlines(token.tokens), decoration: 'lineThrough' };
    case 'codespan':
      return { text: broken((token as Tokens.Codespan).text), background: '#eeeeee' };
    case 'br':
      return '\n';
    case 'link': {
      const { href } = token as Tokens.Link;
      const text = inlines(token.tokens);
      return isSafeLink(href) ? { text, link: href, decoration: 'underline' } : { text };
    }
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'text':
      if (token.tokens) return { text: inlines(token.tokens) };
      return broken((token as Tokens.Text).text);
    default:
      return broken(token.raw);
  }
}

/** With places to break in words that are longer than a column may be: `core-1/ge-0/0/1`. */
const broken = (text: string): string =>
  text.replace(/\S+/g, (word) =>
    word.length <= WORD_CHARS_MAX
      ? word
      : word.replace(/[^/._:-]{18}|[/._:-]/g, (some) => `${some}\u200b`),
  );
