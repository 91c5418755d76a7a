import { createHash } from 'node:crypto'

/** What a server may be called: no `_` and no `--`, because those end the server's part of a name. */
export const SERVER_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const MAX_SERVER_NAME = 14

const MAX_NAME = 64
const PLAIN = /^[A-Za-z0-9_-]+$/
const HASH_LENGTH = 16

/**
 * The name a server's tool or prompt has at the gateway: at most 64 characters of `[A-Za-z0-9_-]`, made from the
 * two names alone, so that no other server can change it. `hr__search_employees` where that fits, else
 * `hr--readable_part-hash`, which only the catalogue can turn back.
 */
export function exposedName(server: string, name: string): string {
  const plain = `${server}__${name}`
  if (plain.length <= MAX_NAME && PLAIN.test(name)) return plain
  const readable = name.replace(/[^A-Za-z0-9_-]/g, '_')
  const room = MAX_NAME - server.length - '--'.length - '-'.length - HASH_LENGTH
  return `${server}--${readable.slice(0, room)}-${digest(name)}`
}

/** The server that an exposed name belongs to; undefined when it has no such part. */
export function serverOfName(exposed: string): string | undefined {
  const server = /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:__|--)/.exec(exposed)?.[1]
  return server !== undefined && SERVER_NAME.test(server) ? server : undefined
}

/** 80 bits of SHA-256 in lower-case base 32 (RFC 4648 section 6). */
function digest(name: string): string {
  const bits = createHash('sha256').update(name).digest()
  let value = BigInt(`0x${bits.subarray(0, 10).toString('hex')}`)
  let text = ''
  for (let i = 0; i < HASH_LENGTH; i++) {
    text = `${'abcdefghijklmnopqrstuvwxyz234567'[Number(value & 31n)]}${text}`
    value >>= 5n
  }
  return text
}
