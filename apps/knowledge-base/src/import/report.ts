import { shownName } from '../reading/shown-name.ts'
import type { Outcome } from './run-import.ts'

/** Say what an import did: results to `stdout`, what was left out to `stderr`. */
export function report(
  { added, changed, unchanged, removed, passages, refused, skipped, unembedded }: Outcome,
  tenant: string,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): void {
  for (const { path, reason } of refused) stderr.write(`${shownName(path)}: ${reason}\n`)
  for (const [extension, count] of skipped) {
    const kind = extension === '' ? 'without an ending' : `.${shownName(extension)}`
    stderr.write(`${count} ${count === 1 ? 'file' : 'files'} ${kind} left out: not a kind of document\n`)
  }
  const all = added + changed + unchanged
  stdout.write(
    `${all} ${all === 1 ? 'document' : 'documents'}: ${added} added, ${changed} changed, ${unchanged} as before, ` +
      `${removed} removed, ${refused.length} refused\n`,
  )
  if (unembedded > 0) {
    stdout.write(
      `${unembedded} passages are found by words only until the server has computed their meaning\n`,
    )
  }
  const touched = added + changed + removed > 0
  stdout.write(
    touched
      ? `Imported into tenant ${tenant} (${passages} ${passages === 1 ? 'passage' : 'passages'})\n`
      : `Nothing changed in tenant ${tenant}\n`,
  )
}
