import type { Principal } from '@atoll/auth'

/** The caller without scopes: row-level security then shows what is theirs alone, to support staff too. */
export function asCustomer({ tenant, subject }: Principal): Pick<Principal, 'tenant' | 'subject'> {
  return { tenant, subject }
}
