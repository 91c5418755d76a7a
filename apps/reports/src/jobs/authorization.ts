import type { DelegatedToken } from '@atoll/auth'
import type { TenantPrincipal } from '@atoll/database'
import { createSealer } from '@atoll/server-kit'
import { z } from 'zod'
import type { ReportId } from '../model.ts'

const Sealed = z.object({ token: z.string() })

/** Keeps what a report's sources are asked with: encrypted, for this report of this person alone, until it ends. */
export function authorizations(secret: string) {
  const sealer = createSealer(secret, 'reports:authorization')
  const binding = ({ tenant, subject }: TenantPrincipal, id: ReportId) =>
    JSON.stringify([tenant, subject, id])
  return {
    seal(who: TenantPrincipal, id: ReportId, { token, expiresAt }: DelegatedToken): string {
      return sealer.seal({ token }, binding(who, id), expiresAt * 1000 - Date.now())
    },
    /** Undefined when it has ended, or was sealed with another secret. */
    open(who: TenantPrincipal, id: ReportId, sealed: string | null): string | undefined {
      const opened = sealed === null ? undefined : sealer.open(sealed, binding(who, id))
      return opened && Sealed.parse(opened.payload).token
    },
  }
}

export type Authorizations = ReturnType<typeof authorizations>
