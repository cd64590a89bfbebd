import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Pair } from '../../../test/snmp/datagram.ts';
import { factsOf } from './facts.ts';
import { decode } from './message.ts';
import { PORTS_PER_DEVICE_MAX, type PortNames, Ports, portIn } from './ports.ts';

const IF = '1.3.6.1.2.1.2.2.1';
const portOf = (...varbinds: Pair[]) => {
  const bytes = datagramOf({ varbinds });
  const message = decode(bytes);
  assert.ok(message.ok);
  return portIn(factsOf(bytes, message));
};
const port = (ifIndex: string, said: PortNames = {}) => ({ ifIndex, said });

test('a port is known by its ifIndex, as a value or as the row of an object of IF-MIB', () => {
  const index: Pair = [`${IF}.1.7`, { integer: 7 }];
  const descr: Pair = [`${IF}.2.7`, { text: 'GigabitEthernet0/1' }];
  assert.deepEqual(portOf(index), port('7'));
  assert.deepEqual(portOf([`${IF}.1.0`, { integer: 7 }]), port('7'), 'as some agents send it');
  assert.deepEqual(portOf(descr), port('7', { ifDescr: 'GigabitEthernet0/1' }));
  const alias: Pair = ['1.3.6.1.2.1.31.1.1.1.18.7', { text: '' }];
  assert.deepEqual(portOf(alias), port('7'), 'an empty alias names nothing');
  assert.equal(portOf(['1.3.6.1.2.1.1.5.0', { text: 'rt1' }]), undefined);
  const long: Pair = ['1.3.6.1.2.1.31.1.1.1.1.7', { text: 'x'.repeat(300) }];
  assert.equal(portOf(long)?.said.ifName?.length, 256);
});

test('names are kept together until one of them says that it is another port', () => {
  const ports = new Ports();
  assert.deepEqual(ports.learn(port('7')), {});
  assert.equal(ports.size, 0, 'nothing is kept of a port without a name');
  ports.learn(port('7', { ifName: 'xe-0/0/3' }));
  const both = ports.learn(port('7', { ifAlias: 'to Bergen' }));
  assert.deepEqual(both, { ifName: 'xe-0/0/3', ifAlias: 'to Bergen' });
  assert.equal(
    ports.learn(port('7', { ifName: 'xe-0/0/3' })),
    both,
    'nothing new: the same object',
  );
  assert.equal(ports.learn(port('7')), both);
  const renamed = ports.learn(port('7', { ifAlias: 'to Tromsø' }));
  assert.deepEqual(renamed, { ifName: 'xe-0/0/3', ifAlias: 'to Tromsø' });
  assert.deepEqual(ports.learn(port('7', { ifName: 'xe-0/0/4' })), { ifName: 'xe-0/0/4' });
  ports.forget();
  assert.deepEqual(ports.learn(port('7')), {});
});

test('beyond the maximum the port named first is forgotten', () => {
  const ports = new Ports();
  for (let i = 1; i <= PORTS_PER_DEVICE_MAX + 1; i++) {
    ports.learn(port(String(i), { ifName: `p${i}` }));
  }
  assert.equal(ports.size, PORTS_PER_DEVICE_MAX);
  assert.deepEqual(ports.learn(port('1')), {});
  assert.deepEqual(ports.learn(port('2')), { ifName: 'p2' });
});
