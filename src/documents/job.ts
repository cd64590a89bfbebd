import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Format, Frozen } from '../domain/document/document.ts';
import { documentMarkdown } from '../template/document.ts';
import { TemplateError } from '../template/fault.ts';
import { documentHtml } from './html.ts';
import { documentPdf } from './pdf.ts';

export const RENDER_LIMITS = {
  /** Of one document in one format. */
  bytes_max: 16 * 1024 * 1024,
  seconds_max: 30,
  thread_mib_max: 512,
} as const;

/** All that a rendering takes: the same job makes the same bytes. */
export interface RenderJob {
  readonly frozen: Frozen;
  readonly title: string;
  /** Who asked for it and when, in one line. */
  readonly foot: string;
  /** When it was asked for. */
  readonly at: Instant;
  /** Names of the people in the values, as they are called now. */
  readonly names: Readonly<Record<string, string>>;
}

export type Rendering = Readonly<Record<Format, Uint8Array>>;

export type Rendered =
  | { readonly is: 'rendered'; readonly files: Rendering }
  | { readonly is: 'failed'; readonly why: string };

/** Renders a document in every format. Never rejects: what is wrong with a template is told. */
export async function renderJob(job: RenderJob): Promise<Rendered> {
  const { frozen, title, foot, at, names } = job;
  try {
    const nameOf = (id: UserId): string => names[id] ?? id;
    const markdown = documentMarkdown(frozen.body, frozen.values, nameOf, at);
    const text = new TextEncoder();
    const files: Rendering = {
      markdown: text.encode(markdown),
      html: text.encode(documentHtml(markdown, title, foot)),
      pdf: await documentPdf(markdown, title, foot, at),
    };
    for (const [format, { length }] of Object.entries(files))
      if (length > RENDER_LIMITS.bytes_max)
        return {
          is: 'failed',
          why: `as ${format} it has more than ${RENDER_LIMITS.bytes_max} bytes`,
        };
    return { is: 'rendered', files };
  } catch (error) {
    const why = error instanceof TemplateError ? `template: ${error.message}` : String(error);
    return { is: 'failed', why };
  }
}
