/** What is known about a place in the tree, as it lies in the image: see mib-image.ts. */
export type MibInfo =
  | { readonly is: 'object'; readonly type: MibType; readonly units?: string }
  | { readonly is: 'entry'; readonly index: readonly MibIndex[] }
  | {
      readonly is: 'notification';
      readonly objects: readonly string[];
      /** The first sentence of its description; '' when it has none. */
      readonly about: string;
    };

/** How a value is read; `unknown` where the type is defined nowhere. */
export type MibKind = 'integer' | 'string' | 'oid' | 'address' | 'bits' | 'unknown';

/** A type with all that its textual conventions say. */
export interface MibType {
  readonly kind: MibKind;
  /** The name of its outermost type: `InetAddress`. */
  readonly name: string;
  /** What the numbers of an enumeration, or the bits of BITS, are called. */
  readonly words?: Readonly<Record<number, string>>;
  readonly hint?: string;
  /** The one size a string may have. */
  readonly size?: number;
}

/** One part of an INDEX. */
export interface MibIndex extends MibType {
  /** The object whose value stands there. */
  readonly object: string;
  /** The last one only: its length is left out. */
  readonly implied?: true;
}
