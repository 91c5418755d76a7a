/**
 * Whether URLs are of a pattern, in which `*` stands for one part of a host name, or for a port:
 * `http://10.1.*.*:3001/mcp`, `http://[fd00:10:*:*:*:*:*:*]:3001/mcp`, `https://*.hr.internal/mcp`. A host of numbers only takes
 * numbers.
 */
export function matcherOf(pattern: string): (url: string) => boolean {
  const [, scheme = '', host = '', rest = ''] = /^(https?:\/\/)(\[[^\]]*\]|[^/:]*)(.*)$/.exec(pattern) ?? []
  const part = /^[\d.*]+$/.test(host) ? '\\d{1,3}' : '[a-z0-9-]+'
  // What `URL` makes of it is what will be connected to: there, the usual port is left out.
  const usual = scheme === 'http://' ? /^:80(?=\/)/ : /^:443(?=\/)/
  const port = rest.startsWith(':*') ? `(:\\d+)?${quote(rest.slice(2))}` : quote(rest.replace(usual, ''))
  const shape = new RegExp(`^${quote(scheme)}${inFull(host).split('*').map(quote).join(part)}${port}$`)
  return (url) => URL.canParse(url) && shape.test(hrefOf(new URL(url)))
}

/** A pattern with nothing but whole parts of a host name or an address, or a port, open. */
export const URL_PATTERN =
  /^https?:\/\/((?=[^/:]*[a-z0-9-])(\*|[a-z0-9-]+)(\.(\*|[a-z0-9-]+))*|\[(?=[^\]]*[0-9a-f])(?:(\*|[0-9a-f]{1,4}):){7}(\*|[0-9a-f]{1,4})\])(:(\*|\d+))?\/[^*?#@\s]*$/

function hrefOf(url: URL): string {
  const { href, host, hostname } = url
  return hostname.startsWith('[') ? href.replace(host, host.replace(hostname, inFull(hostname))) : href
}

/** An address of IPv6 with all its eight groups, none of which begins with a zero; anything else as it is. */
function inFull(host: string): string {
  if (!host.startsWith('[')) return host
  const [before = [], after] = host
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter(Boolean))
  const left = after ? Array.from({ length: 8 - before.length - after.length }, () => '0') : []
  const groups = [...before, ...left, ...(after ?? [])]
  return `[${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}]`
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
