/** Where the rows of a table come from. Secrets are in their places when a run gets it. */
export type TableSource =
  | { readonly kind: 'csv'; readonly path: string; readonly delimiter: string }
  | { readonly kind: 'sqlite'; readonly path: string; readonly query: string }
  | {
      readonly kind: 'postgres';
      readonly connection: string;
      /** Holds the connection, where it is not '': read at each run. */
      readonly connectionFile: string;
      readonly query: string;
    }
  /** '' is the first sheet. */
  | { readonly kind: 'xlsx'; readonly path: string; readonly sheet: string }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly httpConfig: Readonly<Record<string, unknown>>;
      /** Names on the way to the list of rows, dots between; '' when the answer is the list. */
      readonly rows: string;
    };
