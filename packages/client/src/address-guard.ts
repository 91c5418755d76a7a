import ipaddr from 'ipaddr.js'

/** Which addresses a client may connect to. */
export interface AddressGuard {
  /** An address that a URL names itself. */
  mayName(address: string): boolean
  /** An address that a name leads to. */
  mayLeadTo(address: string): boolean
}

export interface AddressGuardOptions {
  /** Networks that names may lead to beside public addresses: `10.0.0.0/8`, `fd00::/8`, `10.1.2.3`. */
  readonly networks: readonly string[]
  /** Hosts of URLs that an operator wrote down: those that are addresses are taken as they are. */
  readonly named?: readonly string[]
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = [Address, number]

/** Where clouds keep credentials. No server is there, whatever else is in the same network. */
const METADATA: readonly Network[] = [
  ...['169.254.0.0/16', 'fe80::/10', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'],
  ...['fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:c1::a9fe:a9fe/128', 'fd00:42::42/128'],
].map((cidr) => ipaddr.parseCIDR(cidr))

/**
 * Public addresses, and those of the given networks; never those at which clouds keep credentials, unless a URL of
 * the operator's names one. IPv6 forms of an IPv4 address count as that one, and those that a
 * router translates lead to no such address either. Throws a TypeError for what is no network.
 */
export function addressGuard({ networks, named = [] }: AddressGuardOptions): AddressGuard {
  const allowed = networks.map(parseNetwork)
  const written = new Set(
    named
      .map(addressOf)
      .filter((address) => address !== undefined)
      .map(String),
  )
  const mayLeadTo = (text: string) => {
    const address = addressOf(text)
    if (!address || [address, ...embeddedIn(address)].some((each) => isIn(METADATA, each))) return false
    return isPublic(address) || isIn(allowed, address)
  }
  return {
    mayLeadTo,
    mayName: (text) => written.has(String(addressOf(text))) || mayLeadTo(text),
  }
}

/** Whether the host of a URL is an address rather than a name. */
export function isAddress(host: string): boolean {
  return addressOf(host) !== undefined
}

function addressOf(host: string): Address | undefined {
  const text = host.startsWith('[') ? host.slice(1, -1) : host
  // `URL` has turned decimal, octal and hexadecimal forms into four parts; any other form is a name.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined
  return ipaddr.process(text)
}

/** Networks whose addresses stand for IPv4 addresses, and the bytes in which these are. */
const EMBEDDING: readonly [Network, readonly number[][]][] = (
  [
    // Compatible (RFC 4291), translated without state (RFC 2765), by NAT64 (RFC 6052), and by 6to4 (RFC 3056).
    ['::/96', [[12, 13, 14, 15]]],
    ['::ffff:0:0:0/96', [[12, 13, 14, 15]]],
    ['64:ff9b::/96', [[12, 13, 14, 15]]],
    ['2002::/16', [[2, 3, 4, 5]]],
    // By a NAT64 of one's own (RFC 8215), whose prefix may be of any length (RFC 6052 section 2.2).
    [
      '64:ff9b:1::/48',
      [
        [12, 13, 14, 15],
        [9, 10, 11, 12],
        [7, 9, 10, 11],
        [6, 7, 9, 10],
      ],
    ],
  ] as const
).map(([cidr, places]) => [ipaddr.parseCIDR(cidr), places.map((place) => [...place])])

function embeddedIn(address: Address): Address[] {
  if (address.kind() === 'ipv4') return []
  const bytes = address.toByteArray()
  return EMBEDDING.filter(([network]) => isIn([network], address)).flatMap(([, places]) =>
    places.map((place) => new ipaddr.IPv4(place.map((at) => bytes[at] ?? 0))),
  )
}

/** Of IPv6 only what is handed out to anybody: the rest is old, embeds other addresses, or is not known yet. */
const GLOBAL = ipaddr.parseCIDR('2000::/3')

function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL))
}

function isIn(networks: readonly Network[], address: Address): boolean {
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}

function parseNetwork(text: string): Network {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    const address = ipaddr.process(text)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    throw new TypeError(`"${text}" is no network: it must look like 10.0.0.0/8, fd00::/8 or 10.1.2.3`)
  }
}
