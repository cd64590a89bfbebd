import { type Html, html } from '../base/html.ts';
import type { Counts } from '../desk/views/list.ts';
import { DEFAULT_QUERY, queryPath } from '../desk/views/query.ts';
import { grouped } from '../desk/views/words.ts';
import { SEVERITIES, type Severity } from '../domain/alarm/severity.ts';
import { shape } from './parts.ts';
import { type Reader, type Site, THEMES } from './site.ts';

/** What stands in the head of every page, and is sent to all of them when it changes. */
export interface HeadView {
  /** Alarms that wait for somebody, by severity. */
  readonly waiting: Readonly<Record<Severity, number>>;
  readonly acknowledged: number;
  /** The worst that waits; undefined when nothing does. */
  readonly worst: Severity | undefined;
  /** Why the desk cannot take anything in now; '' when it can. */
  readonly trouble: string;
  /** Whom the desk tells nothing, because it runs beside another one; '' when it tells all. */
  readonly shadow: string;
}

export function headView(counts: Counts, trouble: string, shadow: string): HeadView {
  const waiting = Object.fromEntries(
    SEVERITIES.map((s) => [s, counts.of(['waiting'], [s])]),
  ) as Record<Severity, number>;
  return {
    waiting,
    acknowledged: counts.of(['acknowledged']),
    worst: SEVERITIES.find((s) => waiting[s] > 0),
    trouble: trouble && `The desk takes nothing in now: ${trouble}`,
    shadow,
  };
}

/** `2 critical, 5 major · Tocsin`: what a tab in the background says. */
export function headTitle(head: HeadView): string {
  const worst = head.worst;
  return worst === undefined ? '' : `(${head.waiting[worst]} ${worst}) `;
}

/** How the title begins of a page that says what was wrong. */
export const ERROR = 'Error: ';

export interface PageView {
  readonly title: string;
  /** Path of the entry in the navigation that this page belongs to. */
  readonly at: string;
  readonly body: Html;
  /** What the script listens to; '' where nothing moves. */
  readonly live?: string;
  readonly head: HeadView;
}

type Place = readonly [path: string, word: string];

/** What a shift goes to all night stands in the open. */
const PLACES: readonly Place[] = [
  ['/', 'Alarms'],
  ['/overview', 'Overview'],
  ['/shelves', 'Shelved'],
  ['/silences', 'Silences'],
  ['/maintenance', 'Maintenance'],
  ['/sources', 'Sources'],
];

/** The rest is one step away. */
const MORE_PLACES: readonly Place[] = [
  ['/oncall', 'On call'],
  ['/hand-overs', 'Hand-overs'],
  ['/incidents', 'Incidents'],
  ['/decisions', 'Decisions'],
  ['/actions', 'Actions'],
  ['/cautions', 'Cautions'],
  ['/pages', 'Pages'],
  ['/rules', 'Rules'],
  ['/routes', 'Routes'],
  ['/notifications', 'Notifications'],
  ['/checks', 'Checks'],
  ['/objectives', 'Objectives'],
  ['/runs', 'Runs'],
  ['/documents', 'Documents'],
  ['/kpis', 'Key figures'],
  ['/desk', 'This desk'],
  ['/inventory', 'Inventory'],
  ['/types', 'Types'],
  ['/configuration', 'Configuration'],
  ['/audit', 'Audit log'],
  ['/people', 'People'],
];

/** The key that leads there after `g`; places without one are in the palette like all others. */
const GO_KEYS: Readonly<Record<string, string>> = {
  '/': 'a',
  '/overview': 'z',
  '/shelves': 'h',
  '/silences': 's',
  '/maintenance': 'm',
  '/sources': 'o',
  '/oncall': 'c',
  '/hand-overs': 'x',
  '/incidents': 'i',
  '/decisions': ',',
  '/actions': 't',
  '/cautions': 'w',
  '/pages': 'p',
  '/rules': 'r',
  '/routes': 'e',
  '/notifications': 'n',
  '/checks': 'k',
  '/objectives': 'j',
  '/runs': 'u',
  '/documents': 'b',
  '/kpis': 'q',
  '/desk': '.',
  '/inventory': 'v',
  '/types': 'y',
  '/configuration': 'f',
  '/audit': 'd',
  '/people': 'l',
};

/** A whole page for somebody who is signed in. */
export function page(site: Site, reader: Reader, view: PageView): string {
  // On the list itself it leads to the plain list; from elsewhere back to the view one left.
  const here = reader.here.split('?')[0] === '/' ? '/' : undefined;
  const link = ([path, word]: Place): Html => {
    const go = GO_KEYS[path];
    return html`<a href="${site.prefix}${path === here ? queryPath(DEFAULT_QUERY) : path}"${
      go !== undefined && html` data-go="${go}" title="Keys g ${go}"`
    }${
      path === view.at &&
      html`
aria-current="page"`
    }>${word}</a>`;
  };
  const isError = view.title.startsWith(ERROR);
  const more = MORE_PLACES.filter(([path]) => path !== '/people' || reader.role === 'admin');
  const other = more.find(([path]) => path === view.at);
  return shell(site, {
    title: `${isError ? '' : headTitle(view.head)}${view.title} · ${site.name}`,
    theme: reader.theme,
    worst: view.head.worst,
    body: html`<body class="${reader.role}" data-prefix="${site.prefix}"
data-live="${view.live ?? ''}" data-reader="${reader.name}"
data-title="${view.title} · ${site.name}">
<a class="skip" href="#main">Skip to the content</a>
<header class="head">
<a class="desk" href="${site.prefix}/">${site.name}</a>
<nav aria-label="Pages">${PLACES.map(link)}</nav>
<details class="me places"><summary${
      other && html` class="here"`
    }>${other?.[1] ?? 'More'}</summary><nav
aria-label="More pages">${more.map(link)}</nav></details>
<button type="button" class="find" data-palette hidden
title="Keys : or Ctrl+K: everything by its name">Find</button>
<span class="room"></span>
${sums(site, view.head)}
<span class="link-state" id="link-state" data-is="still"
title="This page shows what was true when it was loaded"></span>
<button type="button" id="sound-waits" hidden>Sound waits for a click</button>
<details class="me"><summary>${reader.name}</summary><div><p
class="quiet">${reader.role} of this desk</p>${themeSwitch(site, reader)}
<button type="button" data-tells hidden>Sound and notices …</button>
<form method="post" action="${site.prefix}/sign-out"><input type="hidden" name="csrf"
value="${reader.csrf}"><button>Sign out</button></form></div></details>
</header>
<div class="trouble" id="trouble"
role="alert"${view.head.trouble === '' && html` hidden`}><span
id="trouble-says">${view.head.trouble}</span> <a
href="${site.prefix}/desk">How the desk is</a></div>
${view.head.shadow !== '' && html`<p class="shadow-mode">${view.head.shadow}</p>`}
<main id="main" tabindex="-1">${view.body}</main>
<div id="told"></div>
<div id="announce" class="unseen-text" role="status"></div>
</body>`,
  });
}

const sums = (site: Site, head: HeadView): Html => html`
<div class="sums" role="group" aria-label="Waiting for somebody">${SEVERITIES.map((s) => {
  const n = head.waiting[s];
  const href =
    site.prefix + queryPath({ ...DEFAULT_QUERY, standings: ['waiting'], severities: [s] });
  return html`<a href="${href}" data-sum="${s}"${n === 0 && html` class="none"`}
title="${s}, nobody has it"><span class="sev ${s}${n === 0 && ' held'}">${shape(s)}<span
data-count="head.${s}">${grouped(n)}</span><span
class="unseen-text"> ${s} waiting</span></span></a>`;
})}</div>`;

const themeSwitch = (site: Site, reader: Reader): Html => html`
<form method="post" action="${site.prefix}/theme"><input type="hidden" name="csrf"
value="${reader.csrf}"><input type="hidden" name="back" value="${reader.here}">
<fieldset><legend>Colours</legend>${THEMES.map(
  (t) => html`<button name="theme" value="${t}"
aria-pressed="${String(t === reader.theme)}">${t}</button>`,
)}</fieldset></form>`;

interface ShellView {
  readonly title: string;
  readonly theme: string;
  readonly worst: Severity | undefined;
  /** Default: what the console's pages run. */
  readonly script?: string;
  /** Beside those that all pages have. */
  readonly styles?: readonly string[];
  readonly body: Html;
}

/** What surrounds every page, signed in or not. Nothing inline: the policy forbids it. */
export function shell(site: Site, view: ShellView): string {
  return html`<!doctype html>
<html lang="en" data-theme="${view.theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${view.title}</title>
<link rel="icon" id="icon" href="${site.asset(`icon-${view.worst ?? 'calm'}.svg`)}"
data-base="${site.asset('icon-')}">
<link rel="stylesheet" href="${site.asset('tokens.css')}">
<link rel="stylesheet" href="${site.asset('console.css')}">
<link rel="stylesheet" href="${site.asset('list.css')}">
<link rel="stylesheet" href="${site.asset('palette.css')}">
<link rel="stylesheet" href="${site.asset('alarm.css')}">
<link rel="stylesheet" href="${site.asset('contrast.css')}"${
    view.theme !== 'contrast' && html` media="(prefers-contrast: more)"`
  }>
${(view.styles ?? []).map((file) => html`<link rel="stylesheet" href="${site.asset(file)}">`)}
<script type="module" src="${site.asset(view.script ?? 'main.js')}"></script>
</head>
${view.body}
</html>
`.text;
}

/** A page for somebody who is not signed in, or for a failure: no head, nothing live. */
export const plainPage = (site: Site, title: string, body: Html, wide = false): string =>
  shell(site, {
    title: `${title} · ${site.name}`,
    theme: 'auto',
    worst: undefined,
    body: html`<body><main id="main"${wide ? html` class="reading"` : html` class="narrow"`}>
<p class="quiet">${site.name}</p>
<h1>${title}</h1>
${body}</main><div id="told"></div></body>`,
  });
