import type { Received, RuleField, SourceRules } from '../../ports/source.ts';
import { NAMED_BY } from './device.ts';
import { readOwnRules, ruled } from './own-rules.ts';
import type { Settings } from './settings.ts';
import { translate } from './translate.ts';

export const EXAMPLE_RULES = `# The first rule that matches says what it is; the rest stays.
# Match by trap (its name), oid, enterprise, device, version, and every object it carries,
# by name or by OID. Texts may name them too: {device}, {ifDescr}.
rules:
  - name: loopbacks do not matter
    match: trap="linkDown", ifDescr=~"lo.*"
    severity: indeterminate
  - name: a door contact of ours
    match: oid="1.3.6.1.4.1.99999.0.1"
    does: raise
    severity: major
    type: door.open
    resource: '{device}/door'
    text: Door open
  - name: the same door closes
    match: oid="1.3.6.1.4.1.99999.0.2"
    does: clear
    type: door.open
    resource: '{device}/door'
  - name: nobody reads these
    match: enterprise="99999"
    does: ignore
`;

/** An input that is kept has lost its community; who may send was asked when it came. */
const trusting = (settings: Settings): Settings => ({ ...settings, communities: [] });
const ANYBODY: Settings = {
  address: '',
  port: 0,
  receiveBufferBytes: 0,
  communities: [],
  users: [],
  engine_id: '',
  device: [...NAMED_BY],
  engines: [],
  bootWindowSeconds: 0,
  mibs: '',
};

export const snmpRules: SourceRules<Settings> = {
  example: EXAMPLE_RULES,
  check: (text) => readOwnRules(text).faults,
  translate(input, settings, text) {
    const { events, refused } = translate(input, trusting(settings));
    return { events: ruled(events, readOwnRules(text).rules), refused };
  },
  show(input) {
    const { events, refused } = translate(input, ANYBODY);
    const [event] = events;
    if (event === undefined) return refused.map(({ why }) => why).join('\n');
    return JSON.stringify(event.labels, undefined, 2);
  },
  fields,
};

/** What rules can name of an input, with its value. */
function fields(input: Received): readonly RuleField[] {
  const labels = translate(input, ANYBODY).events[0]?.labels ?? {};
  return Object.entries(labels).map(([selector, value]) => ({ selector, value }));
}
