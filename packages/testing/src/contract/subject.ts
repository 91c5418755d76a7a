import type { TokenExchange } from '@atoll/auth'
import type { ServerDefinition } from '@atoll/server-kit'

/** What a server brings to the contract suite. */
export interface ContractSubject<Name extends string, Deps> {
  server: ServerDefinition<Name, Deps>
  /** Real dependencies with some data of tenant `acme`; called once. */
  start(): Promise<{ deps: NoInfer<Deps>; exchange?: TokenExchange; close(): Promise<void> }>
  /** Who may call everything in `acme`: the subject that owns the data, and all its scopes. */
  owner: { subject: string; scopes: readonly string[] }
  /** Arguments with which each tool succeeds for the owner. */
  examples: Readonly<Record<string, Record<string, unknown>>>
  /** Texts from the data of `acme` (ids, names) that nobody outside it may ever see. */
  secrets: readonly string[]
}
