import type { ColumnType, Generated } from 'kysely'
import type { DocumentId, Visibility } from '../model.ts'

export interface Tables {
  shelves: ShelvesTable
  documents: DocumentsTable
  passages: PassagesTable
  vectors: VectorsTable
  touched: TouchedTable
}

interface ShelvesTable {
  tenant: string
  id: Generated<number>
  category: string
  visibility: Visibility
  groups: string[]
  documents: Generated<number>
  passages: Generated<number>
}

interface DocumentsTable {
  tenant: string
  id: DocumentId
  shelf_id: number
  title: string
  body: string
  media_type: string
  source: string | null
  path: string | null
  content_hash: string | null
  version: Generated<number>
  created_at: Generated<Date>
  updated_at: Date
  updated_by: string
}

interface PassagesTable {
  tenant: string
  id: Generated<number>
  document_id: DocumentId
  shelf_id: number
  position: number
  headings: string[]
  body: string
  plain: string
  updated_at: Date
}

interface VectorsTable {
  tenant: string
  passage_id: number
  model: string
  dimensions: number
  shelf_id: number
  document_id: DocumentId
  updated_at: Date
  embedding: ColumnType<number[], string>
}

interface TouchedTable {
  tenant: string
  document_id: DocumentId
  revision: number
}
