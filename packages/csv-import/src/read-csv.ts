import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import type { z } from 'zod'
import { type Columns, checkHeader, HeaderError } from './header.ts'
import { LineCounter } from './line-counter.ts'
import type { Problems } from './problems.ts'

export type Cells = Readonly<Record<string, string>>

/** A checked row and the line it begins on. */
export interface Numbered<Row> {
  line: number
  row: Row
}

export interface CsvOptions<Row> {
  path: string
  /** How problems name the file. */
  file: string
  schema: z.ZodType<Row>
  columns: Columns
  problems: Problems
  onHeader(columns: readonly string[]): void
  /** Called with the cells of a bad row, and with undefined when it is not known which rows are lost. */
  onBad(cells: Cells | undefined): void
  onBytes(read: number): void
  signal: AbortSignal
}

const LONGEST_RECORD = 1_000_000

/**
 * Yield the good rows of a UTF-8 CSV file (RFC 4180, with a header line, with or without a byte order mark);
 * the bad ones go to `problems`.
 */
export async function* readCsv<Row>(options: CsvOptions<Row>): AsyncGenerator<Numbered<Row>> {
  const { file, schema, columns, problems, onHeader, onBad, onBytes } = options
  const source = createReadStream(options.path, { signal: options.signal })
  let header: string[] | undefined
  const lines = new LineCounter()
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_RECORD,
    columns: (names: string[]) => {
      header = checkHeader(names, columns)
      onHeader(header)
      return header
    },
    on_record: (cells: Cells, info) => ({ line: lines.begin(Object.values(cells), info.lines), cells }),
    on_skip: (error) => {
      problems.add(file, lineOf(error, lines), reasonOf(error, header ?? []))
      onBad(cellsOf(error, header ?? []))
      return undefined
    },
  })
  pipeline(source, parser, () => {})
  try {
    for await (const { line, cells } of parser as AsyncIterable<{ line: number; cells: Cells }>) {
      onBytes(source.bytesRead)
      const garbled = garbledCell(cells)
      const parsed = garbled === undefined ? schema.safeParse(cells) : undefined
      if (parsed?.success) {
        yield { line, row: parsed.data }
        continue
      }
      problems.add(file, line, garbled ?? reasons(parsed?.error.issues ?? []))
      onBad(cells)
    }
    if (!header) throw new HeaderError('the file is empty; its first line must name the columns')
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof HeaderError) problems.add(file, 1, error.message)
    else if (isCsvError(error)) problems.add(file, lines.next, reasonOf(error, header ?? []))
    else throw error
    onBad(undefined)
  }
  onBytes(source.bytesRead)
}

function lineOf(error: CsvError | undefined, lines: LineCounter): number {
  if (error?.code !== 'CSV_RECORD_INCONSISTENT_COLUMNS') return lines.next
  return lines.begin(error.record as string[], Number(error.lines))
}

function garbledCell(cells: Cells): string | undefined {
  for (const [column, value] of Object.entries(cells)) {
    if (value.includes('\uFFFD')) return `${column} is not UTF-8; save the file as UTF-8`
    if (value.includes('\0')) return `${column} contains a NUL character`
  }
  return undefined
}

function reasons(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here and never closed',
  INVALID_OPENING_QUOTE:
    'a quote stands inside a cell that does not begin with one; write "" inside a quoted cell',
  CSV_INVALID_CLOSING_QUOTE: 'text stands after a closing quote; write "" for a quote inside a cell',
  CSV_MAX_RECORD_SIZE: 'the row is longer than 1 MB; a quote may be missing',
}

function reasonOf(error: CsvError | undefined, header: readonly string[]): string {
  if (error?.code === 'CSV_RECORD_INCONSISTENT_COLUMNS') {
    return `it has ${(error.record as string[]).length} cells, the header has ${header.length}`
  }
  return REASONS[error?.code ?? ''] ?? 'it is not CSV: check its quotes and commas'
}

function cellsOf(error: CsvError | undefined, header: readonly string[]): Cells | undefined {
  if (error?.code !== 'CSV_RECORD_INCONSISTENT_COLUMNS') return undefined
  const record = error.record as string[]
  return Object.fromEntries(record.slice(0, header.length).map((cell, index) => [header[index] ?? '', cell]))
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && /CSV_|QUOTE/.test(String(error.code))
}
