import type { TenantPrincipal } from '@atoll/database'

export interface NearQuery {
  /** Of length 1. */
  vector: Float32Array
  /** Only passages with a vector of this model are found. */
  model: string
  /** Those the caller may read. */
  shelves: readonly number[]
  /** Only what changed then or later. */
  since?: Date | undefined
  /** 1 to 1000. */
  limit: number
  /** The tenant's revision that the caller has seen: the answer is of this one or a later one. */
  revision: number | bigint
}

export interface Near {
  passage: number
  /** Inner product with the vector asked for, -1 to 1. */
  score: number
}

/** Finds the passages whose vectors are nearest to one. */
export interface VectorIndex {
  /**
   * Best first; equally near ones by passage. Not to be called inside `inTenant`.
   * Throws InvalidError for a query that makes no sense for these vectors, UnavailableError, and the signal's reason.
   */
  near(principal: TenantPrincipal, query: NearQuery, options: { signal: AbortSignal }): Promise<Near[]>
  close(): Promise<void>
}
