import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import type { z } from 'zod'
import type { FileName, Problems } from './problems.ts'

type Cells = Readonly<Record<string, string>>

/** A checked row and the line it begins on. */
export interface Numbered<Row> {
  at: number
  row: Row
}

export interface CsvOptions<Row> {
  directory: string
  file: FileName
  schema: z.ZodType<Row>
  required: readonly string[]
  problems: Problems
  /** Called with the cells of a bad row, and with undefined when it is not known which rows are lost. */
  onBad(cells: Cells | undefined): void
  onBytes(read: number): void
  signal: AbortSignal
}

/**
 * Yield the good rows of a UTF-8 CSV file (RFC 4180, with a header line, with or without a byte order mark);
 * the bad ones go to `problems`.
 */
export async function* readCsv<Row>(options: CsvOptions<Row>): AsyncGenerator<Numbered<Row>> {
  const { file, schema, required, problems, onBad, onBytes } = options
  const source = createReadStream(join(options.directory, file), { signal: options.signal })
  let header: string[] | undefined
  let line = 1
  // csv-parse counts a CRLF inside quotes as two lines.
  let miscounted = 0
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    columns: (names: string[]) => {
      header = checkHeader(names, required)
      return header
    },
    on_record: (cells: Cells, { lines }) => {
      const text = Object.values(cells).join('')
      miscounted += text.split('\r\n').length - 1
      line = lines - miscounted
      return { at: line - (text.split('\n').length - 1), cells }
    },
    on_skip: (error) => {
      const { at, reason, cells } = unreadable(error, header ?? [], line)
      line = at
      problems.add(file, at, reason)
      onBad(cells)
      return undefined
    },
  })
  pipeline(source, parser, () => {})
  try {
    for await (const { at, cells } of parser as AsyncIterable<{ at: number; cells: Cells }>) {
      onBytes(source.bytesRead)
      const garbled = garbledCell(cells)
      const parsed = garbled === undefined ? schema.safeParse(cells) : undefined
      if (parsed?.success) {
        yield { at, row: parsed.data }
        continue
      }
      problems.add(file, at, garbled ?? reasons(parsed?.error.issues ?? []))
      onBad(cells)
    }
    if (!header) throw new HeaderError('the file is empty; its first line must name the columns')
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error
    problems.add(file, 1, error.message)
    onBad(undefined)
  }
  onBytes(source.bytesRead)
}

class HeaderError extends Error {}

function checkHeader(header: readonly string[], required: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new HeaderError(
      `the header lacks ${missing.join(', ')}; it has ${names.join(', ').slice(0, 300)} (separate columns with commas)`,
    )
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new HeaderError(`the header has two columns called "${twice}"`)
  return names
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

function unreadable(
  error: CsvError | undefined,
  header: readonly string[],
  lastLine: number,
): { at: number; reason: string; cells: Cells | undefined } {
  const at = lastLine + 1
  if (error?.code === 'CSV_RECORD_INCONSISTENT_COLUMNS') {
    const record = error.record as string[]
    const cells = Object.fromEntries(record.slice(0, header.length).map((cell, i) => [header[i] ?? '', cell]))
    return { at, reason: `it has ${record.length} cells, the header has ${header.length}`, cells }
  }
  const reason =
    error?.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is opened here and never closed'
      : error?.code === 'INVALID_OPENING_QUOTE'
        ? 'a quote stands inside a cell that does not begin with one; write "" inside a quoted cell'
        : 'it is not CSV: check its quotes and commas'
  return { at, reason, cells: undefined }
}
