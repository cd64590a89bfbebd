import type { Instant } from '../base/time.ts';
import type { NoticeData } from '../ports/channel.ts';
import type { World } from './args.ts';
import { dataValue } from './data.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';
import { execute, type TreesByName } from './execute.ts';
import { Meter, TEMPLATE_LIMITS, TemplateError } from './fault.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { htmlSink } from './html-sink.ts';
import { isEmpty, parse } from './parse.ts';
import { textSink } from './text-sink.ts';
import type { TemplateFile, Tree } from './tree.ts';
import type { Struct } from './value.ts';

/** Templates that may call one another by name, ready to render inline templates with. */
export interface TemplateSet {
  readonly trees: TreesByName;
  /** Names that were defined, sorted. */
  readonly names: readonly string[];
  /** An inline template, parsed once; throws TemplateError. */
  inline(text: string): InlineTemplate;
}

export interface InlineTemplate {
  readonly main: Tree;
  /** With what the inline template itself defines. */
  readonly trees: TreesByName;
}

/** What a rendering takes from outside of the data. */
export interface RenderOptions {
  /** What `now` and `since` go by. */
  readonly now: Instant;
  /** Stands in for `.ExternalURL` where the data has none. */
  readonly externalUrl: string;
}

/**
 * Reads template files, our own defaults first; a later `define` of the same name wins. Every
 * fault is told, one per file.
 */
export function parseTemplates(
  files: readonly TemplateFile[],
): TemplateSet | { readonly faults: readonly TemplateError[] } {
  const faults: TemplateError[] = [];
  if (files.length > TEMPLATE_LIMITS.files_max) {
    const why = `there are ${files.length} template files, at most ${TEMPLATE_LIMITS.files_max}`;
    return { faults: [new TemplateError({ template: '', file: '', line: 1, column: 1 }, why)] };
  }
  const trees = new Map<string, Tree>();
  for (const { name: file, text } of [...DEFAULT_TEMPLATES, ...files]) {
    try {
      const { main, defined } = parse({ file, text }, FUNCTION_NAMES);
      // Go gives the text around the definitions the file's name without its folders.
      const own = { ...main, name: file.slice(file.lastIndexOf('/') + 1) };
      for (const tree of [own, ...defined]) added(trees, tree);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      faults.push(error);
    }
  }
  return faults.length > 0 ? { faults } : setOf(trees);
}

/** An empty definition does not replace one with words in it. */
function added(trees: Map<string, Tree>, tree: Tree): void {
  if (trees.has(tree.name) && isEmpty(tree.body)) return;
  trees.set(tree.name, tree);
}

function setOf(trees: TreesByName): TemplateSet {
  const cache = new Map<string, InlineTemplate>();
  return {
    trees,
    names: [...trees.keys()].filter((name) => name !== '').sort(),
    inline(text) {
      const known = cache.get(text);
      if (known) return known;
      const { main, defined } = parse({ file: '', text }, FUNCTION_NAMES);
      const own = new Map(trees);
      for (const tree of defined) added(own, tree);
      const template = { main, trees: defined.length > 0 ? own : trees };
      const [oldest] = cache.keys();
      if (cache.size >= TEMPLATE_LIMITS.inline_cached_max && oldest !== undefined) {
        cache.delete(oldest);
      }
      cache.set(text, template);
      return template;
    },
  };
}

/** Plain text, as Go's text/template with Alertmanager's functions. Throws TemplateError. */
export function renderText(
  set: TemplateSet,
  template: string,
  data: NoticeData,
  options: RenderOptions,
): string {
  return render('text', set, template, filled(data, options), options, routeLabelOf(data));
}

/** Escaped by context, in the manner of html/template. Throws TemplateError. */
export function renderHtml(
  set: TemplateSet,
  template: string,
  data: NoticeData,
  options: RenderOptions,
): string {
  return render('html', set, template, filled(data, options), options, routeLabelOf(data));
}

const routeLabelOf =
  ({ RouteLabels }: NoticeData) =>
  (name: string): string =>
    Object.hasOwn(RouteLabels, name) ? (RouteLabels[name] ?? '') : '';

const filled = (data: NoticeData, { externalUrl }: RenderOptions): Struct =>
  dataValue(data.ExternalURL === '' ? { ...data, ExternalURL: externalUrl } : data);

/** One rendering; `routeLabel` says what the function of that name gives. */
export function render(
  as: 'text' | 'html',
  set: TemplateSet,
  template: string,
  data: Struct,
  { now }: RenderOptions,
  routeLabel: (name: string) => string,
): string {
  const { main, trees } = set.inline(template);
  const meter = new Meter();
  const world: World = { meter, now: BigInt(now) * 1_000_000n, routeLabel };
  const sink = as === 'html' ? htmlSink(meter) : textSink(meter);
  execute(main, trees, data, world, sink);
  return sink.done();
}
