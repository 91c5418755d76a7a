import type { Database } from '@atoll/database'

/** What the search of vectors reads. */
export interface VectorTables {
  vectors: VectorsTable
  touched: TouchedTable
}

export interface VectorsTable {
  tenant: string
  passage_id: number
  model: string
  dimensions: number
  shelf_id: number
  document_id: string
  updated_at: Date
  embedding: number[]
}

export interface TouchedTable {
  tenant: string
  document_id: string
  revision: number
}

export type VectorDatabase = Pick<Database<VectorTables>, 'inTenant'>
