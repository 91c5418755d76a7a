/** The four files of an import, in the order they are read. */
export const FILES = ['customers.csv', 'products.csv', 'orders.csv', 'order_lines.csv'] as const
export type FileName = (typeof FILES)[number]
