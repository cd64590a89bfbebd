import type { Instant } from '../base/time.ts';
import type { Document, Frozen } from '../domain/document/document.ts';
import type { DocumentKind } from '../domain/document/template.ts';
import type { IncidentId } from '../domain/incident/incident.ts';

/** What a document is made of, all of it resolved: nothing is asked for half. */
export interface DocumentJob {
  readonly template: string;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly incident?: IncidentId;
  /** Of a shift: its begin. */
  readonly since?: Instant;
  readonly asked: Readonly<Record<string, string>>;
  readonly frozen: Frozen;
}

/**
 * document.ask     somebody wants a document; its values are frozen from now on
 * document.again   it failed, and is to be tried again
 * document.remove  it goes, and what was rendered of it
 */
export type DocumentAct =
  | {
      readonly verb: 'document.ask';
      readonly job: DocumentJob;
      /** The one that waited for what was filled in: it is this one now. */
      readonly waiting?: Document['id'];
    }
  | { readonly verb: 'document.again'; readonly document: Document['id'] }
  | {
      readonly verb: 'document.remove';
      readonly document: Document['id'];
      readonly why: string;
    };
