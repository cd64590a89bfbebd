/** Where the rows of a table come from. Secrets are in their places when a run gets it. */
export type TableSource =
  | { readonly kind: 'csv'; readonly path: string; readonly delimiter: string }
  | { readonly kind: 'sqlite'; readonly path: string; readonly query: string }
  | { readonly kind: 'postgres'; readonly connection: string; readonly query: string }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly httpConfig: Readonly<Record<string, unknown>>;
      /** Names on the way to the list of rows, dots between; '' when the answer is the list. */
      readonly rows: string;
    };

export type SourceKind = TableSource['kind'];
