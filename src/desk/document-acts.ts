import type { Instant } from '../base/time.ts';
import type { Attachment, Document, Frozen } from '../domain/document/document.ts';
import type { DocumentKind } from '../domain/document/template.ts';
import type { Lack } from '../domain/document/value.ts';
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

/** A document that an incident begins: whole, or waiting for what people have to fill in. */
export interface Begun {
  readonly job: Omit<DocumentJob, 'frozen'> & Partial<Pick<DocumentJob, 'frozen'>>;
  readonly lacks: readonly Lack[];
  /** From 1; `first` is the document whose later version it is. */
  readonly version: number;
  readonly first?: Document['id'];
}

/**
 * document.ask     somebody wants a document; its values are frozen from now on
 * document.attach  the desk itself: an incident was opened, reopened or merged
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
  | {
      readonly verb: 'document.attach';
      readonly attachment: Attachment['id'];
      readonly begun: readonly Begun[];
      /** They belong to the incident now that took theirs in. */
      readonly moved: readonly Document['id'][];
    }
  | { readonly verb: 'document.again'; readonly document: Document['id'] }
  | {
      readonly verb: 'document.remove';
      readonly document: Document['id'];
      readonly why: string;
    };
