import { Fault, TEMPLATE_LIMITS } from './fault.ts';

/** Gathers a rendering's text up to its maximum. */
export class Output {
  #chars = 0;
  readonly #pieces: string[] = [];

  put(text: string): void {
    this.#chars += text.length;
    if (this.#chars > TEMPLATE_LIMITS.output_chars_max) {
      throw new Fault(`the text grows over ${TEMPLATE_LIMITS.output_chars_max} characters`);
    }
    this.#pieces.push(text);
  }

  text(): string {
    return this.#pieces.join('');
  }
}
