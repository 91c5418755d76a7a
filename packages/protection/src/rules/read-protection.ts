import { InvalidError } from '@atoll/errors'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { Protection } from './protection.ts'
import { ProtectionFile } from './protection-file.ts'

/** What holds where nobody wrote anything: cards and secrets are masked for all, ids and accounts in part, and drift is announced. */
export function usualProtection(): Protection {
  return new Protection(ProtectionFile.parse({ version: 1 }))
}

/**
 * The rules in YAML or JSON; `file` is what messages call it. Throws InvalidError that names every line that is wrong and
 * what to do.
 */
export function readProtection(text: string, file: string): Protection {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken) {
    const { line } = lines.linePos(broken.pos[0])
    throw new InvalidError(
      `${file} is not right. line ${line}: it is not YAML: ${broken.message.split('\n')[0]}.`,
    )
  }
  const { data, error } = ProtectionFile.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (data) return new Protection(data)
  const sentences = error.issues.map(({ path, message, code, ...more }) => {
    const unknown = code === 'unrecognized_keys' && 'keys' in more ? ` ${String(more.keys)}` : ''
    const words = unknown ? `has the unknown key${unknown}; correct it or take it out` : message
    return `line ${lineAt(path)}: ${path.join('.') || 'it'} ${words}`
  })
  throw new InvalidError(`${file} is not right. ${sentences.join('. ')}.`)

  /** The line of the deepest part of the path that is there. */
  function lineAt(path: readonly PropertyKey[]): number {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
}
