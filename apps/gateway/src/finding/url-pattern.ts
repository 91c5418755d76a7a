/**
 * Whether URLs are of a pattern, in which `*` stands for one part of a host name, or for a port:
 * `http://10.1.*.*:3001/mcp`, `https://*.hr.internal/mcp`. A host of numbers only takes numbers.
 */
export function matcherOf(pattern: string): (url: string) => boolean {
  const [, scheme = '', host = '', rest = ''] = /^(https?:\/\/)([^/:]*)(.*)$/.exec(pattern) ?? []
  const part = /^[\d.*]+$/.test(host) ? '\\d{1,3}' : '[a-z0-9-]+'
  // What `URL` makes of it is what will be connected to: there, the usual port is left out.
  const usual = scheme === 'http://' ? /^:80(?=\/)/ : /^:443(?=\/)/
  const port = rest.startsWith(':*') ? `(:\\d+)?${quote(rest.slice(2))}` : quote(rest.replace(usual, ''))
  const shape = new RegExp(`^${quote(scheme)}${host.split('*').map(quote).join(part)}${port}$`)
  return (url) => URL.canParse(url) && shape.test(new URL(url).href)
}

/** A pattern with anything but whole parts of a host name, or a port, open. */
export const URL_PATTERN =
  /^https?:\/\/(?=[^/:]*[a-z0-9-])(\*|[a-z0-9-]+)(\.(\*|[a-z0-9-]+))*(:(\*|\d+))?\/[^*?#@\s]*$/

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
