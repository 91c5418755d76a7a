import { z } from 'zod'

export const Format = z.enum(['json', 'md', 'html', 'csv', 'pdf'])
export type Format = z.output<typeof Format>

export const MIME_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  pdf: 'application/pdf',
}
