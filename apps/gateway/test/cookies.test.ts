import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { cookies } from '../src/console/cookies.ts'

test.each(['atoll-console', 'atoll-console-trip'])(
  'the cookie %s cannot be set by other hosts of the domain over https',
  async (name) => {
    const app = Fastify()
    const cookie = cookies(name, { isSecure: true })
    app.get('/', (_request, reply) => {
      cookie.write(reply, 'x', 10)
      return reply.send('')
    })
    const { headers } = await app.inject('/')
    expect(String(headers['set-cookie'])).toBe(
      `__Host-${name}=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=10`,
    )
  },
)
