import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Files = Partial<
  Record<'customers.csv' | 'products.csv' | 'orders.csv' | 'order_lines.csv', string | Uint8Array>
>

/** Four files that import: two customers, two products, two orders of two lines and one. */
export const GOOD = {
  'customers.csv': 'customer_id,company_name,city\nQUICK,QUICK-Stop,Cunewalde\nVINET,Vins et alcools,Reims\n',
  'products.csv': 'product_id,product_name,unit_price\n11,Queso Cabrales,21.00\n72,Mozzarella,34.8\n',
  'orders.csv':
    'order_id,customer_id,order_date,shipped_date,freight\n10248,VINET,1996-07-04,1996-07-16,32.38\n10249,QUICK,1996-07-05,,0\n',
  'order_lines.csv':
    'order_id,product_id,unit_price,quantity,discount\n10248,11,14.00,12,0\n10248,72,34.80,5,0.15\n10249,11,1.15,2,0.15\n',
} satisfies Files

/** A folder with these files, removed when disposed. */
export async function folder(files: Files): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'orders-import-'))
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(path, name), content)))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
