import type { Instant } from '../../base/time.ts';
import type { Received, Translated } from '../../ports/source.ts';
import { receivedInput } from '../kept-input.ts';
import type { SourceRulesDesk } from '../source-rules.ts';
import type { KeptInput } from '../standing-acts.ts';

/** Inputs one trial reads. */
export const TRIAL_INPUTS_MAX = 200;

/** One input that rules can be tried on: seen lately, or kept because nobody understood it. */
export interface TrialInput {
  /** `s7` of those seen, `u12` of those kept. */
  readonly id: string;
  readonly at: Instant;
  readonly input: KeptInput;
  /** As people see it. */
  readonly shown: string;
  /** Of a kept one: why, and how often it came. */
  readonly kept: { readonly why: string; readonly count: number } | undefined;
}

/** What an input becomes now, and what it would become; `edited` is missing for a faulty text. */
export interface Tried {
  readonly on: TrialInput;
  readonly now: Translated;
  readonly edited: Translated | undefined;
}

/** Every input there is to try rules on: what waits first, then what was seen, newest first. */
export function trialInputs(rules: SourceRulesDesk, source: string): readonly TrialInput[] {
  const kept = rules.unread(source).toReversed();
  return [
    ...kept.map(({ id, at, input, why, count }) =>
      asTrial(rules, source, { id: shortId(id), at, input, kept: { why, count } }),
    ),
    ...rules
      .seen(source)
      .map(({ id, at, input }) => asTrial(rules, source, { id, at, input, kept: undefined })),
  ];
}

/** The id of a row below its source: `r12`, `u7`. */
export const shortId = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const asTrial = (
  rules: SourceRulesDesk,
  source: string,
  told: Omit<TrialInput, 'shown'>,
): TrialInput => ({ ...told, shown: rules.shown(source, receivedInput(told.input, told.at)) });

/** Reads inputs with the text that holds and with another one. Changes nothing. */
export function tryRules(
  rules: SourceRulesDesk,
  source: string,
  text: string,
  inputs: readonly TrialInput[],
): readonly Tried[] {
  const isFaulty = rules.check(source, text).length > 0;
  const held = rules.text(source);
  return inputs.slice(0, TRIAL_INPUTS_MAX).map((on) => {
    const input: Received = receivedInput(on.input, on.at);
    const now = rules.translate(source, input, held);
    return { on, now, edited: isFaulty ? undefined : rules.translate(source, input, text) };
  });
}

/** Do both readings come to the same? */
export const sameReading = (a: Translated, b: Translated): boolean =>
  JSON.stringify([a.events, a.refused, a.unread?.why]) ===
  JSON.stringify([b.events, b.refused, b.unread?.why]);
