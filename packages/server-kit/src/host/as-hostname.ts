import { isIPv6 } from 'node:net'

/** An address or a name as it stands in a URL and in a Host header: addresses of IPv6 in brackets, in their one short form. */
export function asHostname(host: string): string {
  return isIPv6(host) ? new URL(`http://[${host}]`).hostname : host
}
