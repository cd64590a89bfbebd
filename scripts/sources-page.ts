import { SOURCES } from '../src/sources/index.ts';
import { MAPPING_FIELDS } from '../src/sources/webhook/mapping-fields.ts';

/** What the page needs of a JSON schema; TypeBox makes such. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
}

const kind = (shape: Shape): string => {
  const choices = shape.anyOf?.map((one) => `\`${String(one.const)}\``);
  if (choices) return choices.join(', ');
  const range =
    shape.minimum !== undefined && shape.maximum !== undefined
      ? ` ${shape.minimum} to ${shape.maximum}`
      : '';
  const items = shape.items?.properties ? 'mappings' : `list of ${shape.items?.type ?? 'value'}s`;
  return shape.type === 'array' ? items : `${shape.type ?? 'value'}${range}`;
};

/** A default as one would write it; a long one is left to the source itself. */
const DEFAULT_CHARS_MAX = 120;
const byDefault = (shape: Shape): string => {
  const text = JSON.stringify(shape.default ?? '');
  return text.length > DEFAULT_CHARS_MAX ? 'see `tocsin.yml` in `examples/`' : `\`${text}\``;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What a mapping of a webhook may say, from its declaration. */
function mappings(): string {
  const rows = Object.entries(MAPPING_FIELDS).map(
    ([name, { takes, says }]) => `| \`${name}\` | ${cell(takes)} | ${cell(says)} |`,
  );
  return `
### Mappings

The text of rules of \`webhook\`: a list, the first that fits is taken ([how to write
one](../guide/mappings.md)).

| field | takes | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** Every source and its settings, from their declarations. */
export function sourcesPage(made: string): string {
  const parts = [...SOURCES].map((source) => {
    const { properties = {} } = source.settings as Shape;
    const rows = Object.entries(properties).map(([name, shape]) => {
      const cells = [`\`${name}\``, kind(shape), byDefault(shape), shape.description ?? ''];
      return `| ${cells.map(cell).join(' | ')} |`;
    });
    const head = `## ${source.name}\n\n${source.summary}\n`;
    const heads = '| setting | type | default | meaning |\n| --- | --- | --- | --- |';
    const table = `${heads}\n${rows.join('\n')}`;
    return `${head}\n${table}\n${source.name === 'webhook' ? mappings() : ''}`;
  });
  return `# Sources

${made}
Every way in and its settings, as they stand below \`sources:\` in a settings file (\`tocsin serve
--settings FILE\`; an example is [examples/tocsin.yml](../../examples/tocsin.yml)).

${parts.join('\n')}`;
}
