import { type Args, type Callable, takes } from './args.ts';
import { alertnameFirst } from './print.ts';
import { DURATION_METHODS, TIME_METHODS, WHOLE_METHODS } from './time-methods.ts';
import {
  Dict,
  Duration,
  List,
  type ListType,
  Struct,
  Time,
  textOf,
  type Value,
  Whole,
} from './value.ts';

/** A method found on a value: called with the value before the arguments. */
export function methodOf(self: Value, name: string): Callable | undefined {
  const methods = methodsOf(self);
  return methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
}

type Methods = Readonly<Record<string, Callable>>;

function methodsOf(self: Value): Methods | undefined {
  if (self instanceof Dict) return self.type === 'template.KV' ? KV : undefined;
  if (self instanceof List) return LISTS[self.type];
  if (self instanceof Time) return TIME_METHODS;
  if (self instanceof Duration) return DURATION_METHODS;
  if (self instanceof Whole) return self.text === undefined ? undefined : WHOLE_METHODS;
  return undefined;
}

/** What can be read from a value by name, to say what there is when a name is wrong. */
export function namesOf(self: Value): readonly string[] {
  const fields = self instanceof Struct ? [...self.fields.keys()] : [];
  return [...fields, ...Object.keys(methodsOf(self) ?? {})];
}

const self = (args: Args): Dict => args.dict(0);

const pairs = (dict: Dict): List =>
  new List(
    'template.Pairs',
    alertnameFirst(dict).map(
      (Name) => new Struct('template.Pair', { Name, Value: dict.get(Name) }),
    ),
  );

const column = (list: List, field: 'Name' | 'Value'): List =>
  new List(
    'template.Strings',
    list.items.map((pair) => (pair instanceof Struct ? (pair.fields.get(field) ?? '') : '')),
  );

function without(dict: Dict, names: readonly string[]): Dict {
  const gone = new Set(names);
  return new Dict(
    'template.KV',
    [...dict.entries].filter(([name]) => !gone.has(name)),
  );
}

const KV: Methods = {
  SortedPairs: takes(1, 1, (args) => pairs(spent(args, self(args)))),
  Names: takes(1, 1, (args) => column(pairs(spent(args, self(args))), 'Name')),
  Values: takes(1, 1, (args) => column(pairs(spent(args, self(args))), 'Value')),
  Remove: takes(2, 2, (args) => without(spent(args, self(args)), args.texts(1))),
  String: takes(1, 1, (args) => kvText(spent(args, self(args)))),
};

const kvText = (dict: Dict): string =>
  alertnameFirst(dict)
    .map((name) => `${name}=${textOf(dict.get(name)) ?? ''}`)
    .join(', ');

function spent<T extends Dict | List>(args: Args, value: T): T {
  args.world.meter.spend(value instanceof Dict ? value.entries.size : value.items.length);
  return value;
}

const withStatus = (status: string): Callable =>
  takes(
    1,
    1,
    (args) =>
      new List(
        '[]template.Alert',
        spent(args, args.list(0)).items.filter(
          (alert) => alert instanceof Struct && alert.fields.get('Status') === status,
        ),
      ),
  );

const joined: Callable = takes(2, 2, (args) => {
  const texts = spent(args, args.list(0)).items.map((item) => textOf(item) ?? '');
  return args.world.meter.text(texts.join(args.text(1)));
});

const LISTS: Readonly<Partial<Record<ListType, Methods>>> = {
  'template.Alerts': { Firing: withStatus('firing'), Resolved: withStatus('resolved') },
  'template.Strings': { Join: joined },
  'template.Pairs': {
    Names: takes(1, 1, (args) => column(spent(args, args.list(0)), 'Name')),
    Values: takes(1, 1, (args) => column(spent(args, args.list(0)), 'Value')),
    String: takes(1, 1, (args) =>
      args
        .list(0)
        .items.map((pair) => (pair instanceof Struct ? [...pair.fields.values()].join('=') : ''))
        .join(', '),
    ),
  },
};
