import { SERVER_NAME } from './naming.ts'

/** Schemes that hosts give a meaning of their own: the server goes into the authority, the scheme stays. */
const HOST_SCHEMES = /^(ui|skill):\/\//
/**
 * Schemes that mean the same thing wherever they are read, and that a client may open by itself. `data://` is no data URL
 * (RFC 2397), but a scheme that servers like for what is theirs.
 */
const GLOBAL_SCHEMES = /^(https?:|data:(?!\/\/)|mailto:|tel:)/i

/**
 * The URI, or URI template, that a server's resource has at the gateway: `hr+config://company`. Made from the
 * server's name and the URI alone, so that no other server can change it; `ownerOfUri` turns it back.
 */
export function exposedUri(server: string, uri: string): string {
  if (isGlobalUri(uri)) return uri
  const scheme = HOST_SCHEMES.exec(uri)?.[0]
  return scheme === undefined ? `${server}+${uri}` : `${scheme}${server}/${uri.slice(scheme.length)}`
}

/** Whether a URI means the same thing wherever it is read, so that it names no server. */
export function isGlobalUri(uri: string): boolean {
  return GLOBAL_SCHEMES.test(uri)
}

/** The server that an exposed URI belongs to and its URI there; undefined when it names no server. */
export function ownerOfUri(exposed: string): { server: string; uri: string } | undefined {
  const scheme = HOST_SCHEMES.exec(exposed)?.[0]
  const [start, end] = scheme === undefined ? [0, '+'] : [scheme.length, '/']
  const at = exposed.indexOf(end, start)
  const server = exposed.slice(start, at)
  if (at < 0 || !SERVER_NAME.test(server)) return undefined
  return { server, uri: `${scheme ?? ''}${exposed.slice(at + 1)}` }
}
