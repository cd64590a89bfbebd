import type { Document, Format } from '../domain/document/document.ts';
import type { TemplateFile } from '../domain/document/template.ts';

/** What the HTTP side asks those who keep templates and renderings. */
export interface DocumentsDoor {
  /** Ours and those of the folder; read anew, so that a file saved a moment ago holds. */
  templates(): Promise<readonly TemplateFile[]>;
  /** A rendering; undefined while there is none. */
  file(document: Document, format: Format): Promise<Uint8Array | undefined>;
}
