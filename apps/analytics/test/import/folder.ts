import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Files = Record<'customers.csv' | 'products.csv' | 'orders.csv' | 'order_lines.csv', string>

/** Two customers, three products of two categories, four orders in two currencies; one was cancelled. */
export const GOOD: Files = {
  'customers.csv': 'customer_id,company_name\nQUICK,QUICK-Stop\nVINET,Vins et alcools\n',
  'products.csv':
    'product_id,product_name,unit_price,category_name\n11,Queso,21.00,Cheese\n72,Mozzarella,34.8,Cheese\n1,Chai,18,Drinks\n',
  'orders.csv':
    'order_id,customer_id,order_date,shipped_date,freight,status,currency,ship_country,ship_city\n' +
    '1,VINET,1996-07-04,1996-07-16,32.38,,USD,France,Reims\n' +
    '2,QUICK,1996-07-31,,0,,USD,Germany,Cunewalde\n' +
    '3,QUICK,1996-08-01,,5,cancelled,USD,Germany,Cunewalde\n' +
    '4,VINET,1997-01-01,,0,,JPY,,\n',
  'order_lines.csv':
    'order_id,product_id,unit_price,quantity,discount\n' +
    '1,11,14.00,12,0\n1,72,34.80,5,0.15\n1,1,18.00,1,0.0001\n' +
    '2,11,1.15,2,0.15\n3,11,10.00,1,0\n4,1,333,1,0.05\n',
}

/** A folder with these files, removed when disposed. */
export async function folder(files: Files): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'analytics-import-'))
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(path, name), content)))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
