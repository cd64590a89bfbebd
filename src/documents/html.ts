import { createHash } from 'node:crypto';
import { lexer, type Token, type Tokens } from 'marked';
import { type Html, html, trusted } from '../base/html.ts';

const STYLE = `
:root { color-scheme: light dark; --edge: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; 
  border-bottom: 1px solid var(--edge); overflow-wrap: normal; word-break: normal; }
td:last-child { overflow-wrap: anywhere; min-width: 8rem; }
tr { break-inside: avoid; } thead { display: table-header-group; }
pre, code { background: var(--soft); } pre { padding: .5rem; white-space: pre-wrap; }
blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--edge); }
footer { margin-top: 3rem; font-size: .8rem; opacity: .75; }
@page { margin: 18mm; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  .wide { overflow: visible; }
}
`;

/** The one style that a rendering has; a browser may apply it and nothing else. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'`;

/** A page of its own: no script, nothing from elsewhere, fit to be printed. */
export function documentHtml(markdown: string, title: string, foot: string): string {
  const body = blocks(lexer(markdown));
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${trusted(STYLE)}</style></head>
<body><main>
${body}</main>
<footer>${foot}</footer></body></html>
`.text;
}

const blocks = (tokens: readonly Token[]): readonly Html[] => tokens.map((one) => block(one));

/** Markup that stands in the Markdown is text: it is shown, never obeyed. */
function block(token: Token): Html {
  switch (token.type) {
    case 'space':
    case 'def':
      return html``;
    case 'hr':
      return html`<hr>\n`;
    case 'heading':
      return heading(token as Tokens.Heading);
    case 'paragraph':
      return html`<p>${inlines(token.tokens)}</p>\n`;
    case 'blockquote':
      return html`<blockquote>${blocks(token.tokens ?? [])}</blockquote>\n`;
    case 'code':
      return html`<pre><code>${(token as Tokens.Code).text}</code></pre>\n`;
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const drawn = items.map((item) => html`<li>${blocks(item.tokens)}</li>\n`);
      return ordered ? html`<ol>${drawn}</ol>\n` : html`<ul>${drawn}</ul>\n`;
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      const head = header.map((cell) => html`<th scope="col">${inlines(cell.tokens)}</th>`);
      const drawn = rows.map(
        (row) => html`<tr>${row.map((cell) => html`<td>${inlines(cell.tokens)}</td>`)}</tr>\n`,
      );
      return html`<div class="wide"><table><thead><tr>${head}</tr></thead>
<tbody>${drawn}</tbody></table></div>\n`;
    }
    case 'text':
      return inlines(token.tokens ?? [token]);
    default:
      return html`<p>${token.raw}</p>\n`;
  }
}

function heading({ depth, tokens }: Tokens.Heading): Html {
  const said = inlines(tokens);
  if (depth === 1) return html`<h1>${said}</h1>\n`;
  if (depth === 2) return html`<h2>${said}</h2>\n`;
  return depth === 3 ? html`<h3>${said}</h3>\n` : html`<h4>${said}</h4>\n`;
}

const inlines = (tokens: readonly Token[] = []): Html => html`${tokens.map((one) => inline(one))}`;

function inline(token: Token): Html {
  switch (token.type) {
    case 'strong':
      return html`<strong>${inlines(token.tokens)}</strong>`;
    case 'em':
      return html`<em>${inlines(token.tokens)}</em>`;
    case 'del':
      return html`<del>${inlines(token.tokens)}</del>`;
    case 'codespan':
      return html`<code>${(token as Tokens.Codespan).text}</code>`;
    case 'br':
      return html`<br>\n`;
    case 'link': {
      const { href } = token as Tokens.Link;
      if (!isSafeLink(href)) return inlines(token.tokens);
      return html`<a href="${href}" rel="noopener noreferrer">${inlines(token.tokens)}</a>`;
    }
    case 'escape':
      return html`${(token as Tokens.Escape).text}`;
    case 'text':
      return token.tokens ? inlines(token.tokens) : html`${(token as Tokens.Text).text}`;
    default:
      return html`${token.raw}`;
  }
}

/** Where a click may lead; anything else stays text. */
export const isSafeLink = (href: string): boolean => /^(?:https?:\/\/|mailto:)/i.test(href);
