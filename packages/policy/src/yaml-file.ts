import { InvalidError } from '@atoll/errors'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

/** One thing that is wrong with a file, and where. */
export interface Problem {
  readonly line: number
  /** What it is about: `rule "x"`, `decision 3`. */
  readonly about?: string | undefined
  readonly message: string
}

export interface YamlFile<T> {
  readonly data: T
  /** The line of what lies at a path, counted from 1. */
  lineOf(path: readonly PropertyKey[]): number
}

type Path = readonly PropertyKey[]

/**
 * Read YAML of a schema. `describe` says what a path is about. Throws InvalidError that names every problem with
 * its line.
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
  describe: (path: Path, content: unknown) => string | undefined,
): YamlFile<z.output<Schema>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken) {
    const line = lines.linePos(broken.pos[0]).line
    throw invalidFile(file, [{ line, message: `it is not YAML: ${broken.message.split('\n')[0]}` }])
  }
  const content: unknown = document.toJS({ maxAliasCount: 50 })
  const lineOf = (path: Path) => lineAt(document, lines, path)
  const { data, error } = schema.safeParse(content)
  if (error) {
    const problems = error.issues.map((issue) => ({
      line: lineOf(issue.path),
      about: describe(issue.path, content),
      message: wordsOf(issue),
    }))
    throw invalidFile(file, problems)
  }
  return { data, lineOf }
}

/** All problems of a file in one sentence each. */
export function invalidFile(file: string, problems: readonly Problem[]): InvalidError {
  const sentences = problems.map(
    ({ line, about, message }) => `line ${line}${about ? `, ${about}` : ''}: ${message}`,
  )
  return new InvalidError(`${file} is not right. ${sentences.join('. ')}.`, { details: { problems } })
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `it has the unknown key ${issue.keys.join(', ')}; correct it or take it out`
  const key = issue.path.at(-1)
  return `${typeof key === 'string' ? key : 'it'} ${issue.message}`
}

/** The line of the deepest part of the path that is there. */
function lineAt(document: Document, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
