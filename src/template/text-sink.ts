import type { Sink } from './execute.ts';
import type { Meter } from './fault.ts';
import { Output } from './output.ts';
import { printed } from './print.ts';
import type { Value } from './value.ts';

/** Text as it is, as Go's text/template writes it. */
export function textSink(meter: Meter): Sink {
  const output = new Output();
  return {
    text: (text) => output.put(text),
    value: (value: Value) => output.put(value === null ? '<no value>' : printed(value, meter)),
    done: () => output.text(),
  };
}
