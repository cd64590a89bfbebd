import { type FileFault, toldOnce, type YamlFile } from './yaml-file.ts';

/** The faults of one file, each place and reason once, in the order of the file. */
export class Faults {
  readonly #yaml: YamlFile;
  readonly #found: FileFault[];

  constructor(yaml: YamlFile) {
    this.#yaml = yaml;
    this.#found = [...yaml.duplicates];
  }

  say(node: unknown, why: string): void {
    this.#found.push(this.#yaml.fault(node, why));
  }

  get count(): number {
    return this.#found.length;
  }

  /** For a reading that may be taken back. */
  mark(): number {
    return this.#found.length;
  }

  back(mark: number): void {
    this.#found.length = mark;
  }

  /** Is something said about this place already? */
  has(node: unknown): boolean {
    const { line, column } = this.#yaml.fault(node, '');
    return this.#found.some((f) => f.line === line && f.column === column);
  }

  all(): readonly FileFault[] {
    return toldOnce(this.#found);
  }
}
