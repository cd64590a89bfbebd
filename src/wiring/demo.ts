import { millis } from '../base/time.ts';
import type { PersonOf } from '../demo/demo.ts';
import { writeDeskFiles } from '../demo/desk-files.ts';
import { PEOPLE } from '../demo/people.ts';
import { openReceivers } from '../demo/receivers.ts';
import { portBefore, writeRouting } from '../demo/routing.ts';
import { openContacts } from '../desk/contacts.ts';
import type { ContactId } from '../domain/escalation/page.ts';
import type { Core } from './core.ts';

/** A demo that was given no configuration: it tells receivers of its own, on this machine. */
export async function openDemoDesk(opened: Core) {
  const { options, started, clock, desk, accounts, notifications } = opened;
  const receivers = await openReceivers(portBefore(options.dataFolder));
  started.add('demo-receivers', () => receivers.stop());
  writeRouting(options.dataFolder, receivers);
  writeDeskFiles(options.dataFolder, clock.now());
  const core: Core = {
    ...opened,
    notifications: { ...notifications, allowedNetworks: ['127.0.0.0/8'] },
  };
  return {
    core,
    /** Each time anew: the receivers are at another port after each start. */
    async tellPeople(personOf: PersonOf): Promise<void> {
      const contacts = openContacts(desk, accounts.people);
      for (const { login } of PEOPLE) {
        const person = personOf(login);
        const address = receivers.url(`phone-${login}`);
        const contact = { person, kind: 'webhook', address, delay: millis(0) } as const;
        await contacts.add(person, `demo-${login}` as ContactId, contact);
      }
    },
  };
}
