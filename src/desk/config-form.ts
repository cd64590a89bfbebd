/** A place in the configuration: `['receivers', 0, 'webhook_configs', 1]`. */
export type ConfigPath = readonly (string | number)[];

/** How a field of the configuration is asked for. */
export type FieldKind =
  | 'text'
  /** Never shown; left empty it stays what it is. */
  | 'secret'
  | 'number'
  | 'flag'
  | 'choice'
  /** Several of a list of names. */
  | 'picks'
  /** Texts, one a line. */
  | 'list'
  /** Matchers, one a line. */
  | 'matchers'
  /** What has a shape of its own, as YAML. */
  | 'yaml'
  /** Only the desk's own file may say it. */
  | 'fixed';

export interface ConfigField {
  /** The key as the file has it. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly is: FieldKind;
  readonly choices: readonly string[];
  /** What holds where nothing is said; '' when nothing does. */
  readonly standIn: string;
  /** Asked for at once; others on request. */
  readonly isMain: boolean;
  readonly isSet: boolean;
  /** As a form holds it; lines of a list and picks one a line. */
  readonly value: string;
}

/** One mapping of the configuration that a form is about. */
export interface FormPlace {
  readonly path: ConfigPath;
  /** It goes into its list there: what stands there now comes after it. */
  readonly isNew: boolean;
}

/** What a form holds: a text for each field that was shown. */
export type Typed = Readonly<Record<string, string>>;

/** What became of a change; `field` is '' where no field alone is to blame. */
export type Put =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly errors: readonly { readonly field: string; readonly why: string }[];
    };

export interface OutlinedWay {
  readonly kind: string;
  readonly index: number;
}

export interface OutlinedReceiver {
  readonly name: string;
  readonly ways: readonly OutlinedWay[];
  /** The routes that name it, in words. */
  readonly routes: readonly string[];
}

export interface OutlinedRoute {
  /** Places in `routes` from the root on; the root has none. */
  readonly at: readonly number[];
  /** `severity="critical", team="ops"`; '' takes everything. */
  readonly matchers: string;
  /** Its own or its parent's. */
  readonly receiver: string;
  /** What it says itself besides: `group_wait 10s`. */
  readonly says: readonly string[];
  readonly continues: boolean;
  readonly routes: readonly OutlinedRoute[];
}

/** What a text of the configuration consists of. */
export interface ConfigOutline {
  readonly receivers: readonly OutlinedReceiver[];
  readonly root: OutlinedRoute;
  /** Lists of rules by their section: what each item is called. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** A kind of way that a receiver can have. */
export interface WayKind {
  readonly name: string;
  readonly summary: string;
}

/**
 * The configuration as forms change it. Every change keeps what it does not name as it is, to the
 * letter, and gives a text that is valid: else it is refused, the field named.
 */
export interface ConfigForms {
  kinds(): readonly WayKind[];
  outline(text: string): ConfigOutline;
  /** Undefined when there is no such place. */
  fields(text: string, place: FormPlace): readonly ConfigField[] | undefined;
  put(text: string, place: FormPlace, typed: Typed): Put;
  remove(text: string, path: ConfigPath): Put;
  /** An item of a list and the one after it change places. */
  swap(text: string, path: ConfigPath, at: number): Put;
}
