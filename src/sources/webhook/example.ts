/** What somebody who has no mapping yet begins with. */
export const EXAMPLE = `# What bodies become, one mapping after the other: the first that fits
# is taken.
# A value is a path (host), a text with paths ({host}/{port}), or a fixed text after = (=shop).
# Several in a list are tried in turn. Matchers are those of routes; their names are paths.

- name: tills of the shops
  door: shop                          # what came to /in/shop
  match: '{kind="till"}'
  items: events[]                     # each becomes an event; $. leads back to the body
  state:
    raise: 'status=~"down|slow"'
    clear: 'status="up"'
  resource: '{$.shop.name}/{till}'
  type: =till.silent
  severity:
    from: prio
    words: {1: critical, 2: major}
    otherwise: minor
  text: ['{till}: {message}', message]
  labels_from: tags                   # {"site": "nbg"} or [{"name": "site", "value": "nbg"}]
  labels: {shop: $.shop.id}
  link: url
  at: time

- name: what nobody needs
  match: '{kind="till.heartbeat"}'
  ignore: true
`;
