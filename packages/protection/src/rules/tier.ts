/** How much is masked for a caller, from the least to the most. */
export const TIERS = ['none', 'partial', 'full'] as const
export type Tier = (typeof TIERS)[number]

/** What rules see of who asks. */
export interface Caller {
  readonly tenant: string
  readonly clientId: string
  readonly issuer: string
  readonly roles: ReadonlySet<string>
  readonly scopes: ReadonlySet<string>
}
