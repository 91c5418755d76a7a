import { withOwner } from '@atoll/database'
import pg from 'pg'
import { compose } from '../../src/seed/corpus/compose.ts'
import { readWords } from '../../src/seed/corpus/words.ts'

const DOCUMENTS = 2500
const SHAPE = { sections: 8, paragraphs: 2, sentences: 3 }

/** Made-up documents with 20,000 passages, straight into the tables, without vectors. */
export async function fillMany(ownerUrl: string, tenant: string): Promise<void> {
  const words = readWords()
  const documents = Array.from({ length: DOCUMENTS }, (_, number) => ({
    id: documentId(number),
    ...compose(words, number, SHAPE),
  }))
  await withOwner<unknown, void>(
    ownerUrl,
    async (_trx, client) => {
      await client.query(
        `create temporary table made on commit drop as
        select * from jsonb_to_recordset($1) as made
          (id text, title text, category text, visibility text, groups text[], sections jsonb)`,
        [JSON.stringify(documents)],
      )
      await client.query(
        `insert into shelves (tenant, category, visibility, groups)
        select distinct $1, category, visibility, groups from made`,
        [tenant],
      )
      await client.query(
        `insert into documents (tenant, id, shelf_id, title, body, media_type, updated_by)
        select $1, made.id, s.id, title, sections::text, 'text/markdown', 'test'
        from made join shelves s using (category, visibility, groups)`,
        [tenant],
      )
      await client.query(
        `insert into passages (tenant, document_id, shelf_id, position, headings, body, plain, updated_at)
        select $1, d.id, d.shelf_id, place - 1, array[section ->> 'heading'], text, text, d.updated_at
        from made join documents d using (id),
          jsonb_array_elements(sections) with ordinality as sections (section, place),
          lateral (select string_agg(paragraph, ' ') as text
            from jsonb_array_elements_text(section -> 'paragraphs') paragraph) said`,
        [tenant],
      )
      await client.query(`
        update shelves s set
          documents = (select count(*) from documents d where d.shelf_id = s.id),
          passages = (select count(*) from passages p where p.shelf_id = s.id);
        select search.next_revision();
        select search.count_lexemes();
        analyze`)
    },
    { tenant },
  )
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  await client.query('vacuum documents, passages, search.terms, search.lexemes, search.spellings')
  await client.end()
}

export function documentId(number: number): string {
  return `doc_${String(number).padStart(24, '0')}`
}
