import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'

/** The SQL dump, which lies beside the repository where there is one. */
export const NORTHWIND_SQL = fileURLToPath(
  new URL('../../../../shared/data/northwind/northwind.sql', import.meta.url),
)

const EXPORTS = {
  'customers.csv': 'customers',
  'products.csv': `(
    select p.*, c.category_name from products p left join categories c using (category_id) order by product_id)`,
  'orders.csv': `(
    select o.*, s.company_name as carrier from orders o left join shippers s on s.shipper_id = o.ship_via
    order by order_id)`,
  'order_lines.csv': 'order_details',
}

/** Load the Northwind dump into the empty database `url` and write from it the files an import takes. */
export async function exportNorthwind({ url, directory }: { url: string; directory: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(await readFile(NORTHWIND_SQL, 'utf8'))
    for (const [file, source] of Object.entries(EXPORTS)) {
      const rows = client.query(copyTo(`copy ${source} to stdout (format csv, header)`))
      await pipeline(rows, createWriteStream(join(directory, file)))
    }
  } finally {
    await client.end()
  }
}
