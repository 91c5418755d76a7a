import type { Principal } from '@atoll/auth'

/** One key for one person of one tenant, whatever token they come with. */
export function ownerOf({ issuer, tenant, subject }: Principal): string {
  return `${issuer}\n${tenant}\n${subject}`
}
