import type { FastifyReply, FastifyRequest } from 'fastify'

export interface Cookies {
  read(request: FastifyRequest): string | undefined
  /** `seconds` to live. */
  write(reply: FastifyReply, value: string, seconds: number): void
  clear(reply: FastifyReply): void
}

/**
 * One cookie that scripts cannot read and other sites cannot send along but by a link (RFC 6265bis). Over https its name
 * carries the prefix that keeps other hosts of the domain from setting it.
 */
export function cookies(name: string, { isSecure }: { isSecure: boolean }): Cookies {
  const full = isSecure ? `__Host-${name}` : name
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    read({ headers: { cookie = '' } }) {
      const found = cookie
        .split(/; */)
        .map((pair) => pair.split('='))
        .find(([key]) => key === full)
      return found?.slice(1).join('=')
    },
    write(reply, value, seconds) {
      add(reply, `${full}=${value}${attributes}; Max-Age=${Math.max(0, Math.floor(seconds))}`)
    },
    clear(reply) {
      add(reply, `${full}=${attributes}; Max-Age=0`)
    },
  }
}

function add(reply: FastifyReply, cookie: string): void {
  const before = reply.getHeader('set-cookie')
  const all = Array.isArray(before) ? before : before === undefined ? [] : [String(before)]
  reply.header('set-cookie', [...all, cookie])
}
