import type { Authenticator, Principal } from '@atoll/auth'
import { InvalidError, UnauthorizedError } from '@atoll/errors'
import { createSealer } from '@atoll/server-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Cookies, cookies } from './cookies.ts'

export interface Session {
  readonly principal: Principal
  /** What they are let in with everywhere else, too. It never reaches the browser in the clear. */
  readonly token: string
}

export interface Sessions {
  /** Throws UnauthorizedError for whoever is not signed in, or not any more. */
  of(request: FastifyRequest): Promise<Session>
  /** Lets somebody in with their token, for as long as it is good. Rejects as the authenticator does. */
  begin(reply: FastifyReply, token: string): Promise<Principal>
  end(reply: FastifyReply): void
}

/** Browsers keep cookies of 4096 bytes, name and attributes included (RFC 6265 section 6.1). */
const LONGEST = 3_900
const BINDING = 'session'

/** Who is signed in to the console: the token itself, sealed in a cookie, so that any replica knows. */
export function createSessions(options: {
  authenticator: Authenticator
  /** The same on every replica. */
  secret: string
  isSecure: boolean
}): Sessions {
  const { authenticator, secret, isSecure } = options
  const sealer = createSealer(secret, 'console-session')
  const cookie: Cookies = cookies('atoll-console', { isSecure })
  return {
    async of(request) {
      const sealed = cookie.read(request)
      const opened = sealed === undefined ? undefined : sealer.open(sealed, BINDING)
      if (typeof opened?.payload !== 'string') throw new UnauthorizedError('Sign in to the console first.')
      const token = opened.payload
      return { token, principal: await authenticator.authenticate(`Bearer ${token}`) }
    },
    async begin(reply, token) {
      const principal = await authenticator.authenticate(`Bearer ${token}`)
      const lifetime = principal.expiresAt * 1000 - Date.now()
      const sealed = sealer.seal(token, BINDING, lifetime)
      if (sealed.length > LONGEST)
        throw new InvalidError(
          'The token of your identity provider is too long for a session of the console.',
        )
      cookie.write(reply, sealed, lifetime / 1000)
      return principal
    },
    end: (reply) => cookie.clear(reply),
  }
}
