import { parseSync, Visitor } from 'rolldown/utils'

export interface Found {
  value: string
  line: number
}

export interface SourceFacts {
  /** Every module named in an import, export, `import()` or type import. */
  imports: Found[]
  /** Where the environment is read. */
  environment: Found[]
}

/** What one source file imports and whether it reads the environment. Throws when it does not parse. */
export function sourceFacts(path: string, code: string): SourceFacts {
  const { program, errors } = parseSync(path, code)
  const [error] = errors
  if (error) throw new Error(`${path}: ${error.message}`)

  const facts: SourceFacts = { imports: [], environment: [] }
  const lineAt = (offset: number) => code.slice(0, offset).split('\n').length
  const imported = (source: { type: string; value?: unknown; start: number } | null) => {
    if (typeof source?.value === 'string')
      facts.imports.push({ value: source.value, line: lineAt(source.start) })
  }
  const read = (start: number) => facts.environment.push({ value: 'process.env', line: lineAt(start) })

  new Visitor({
    ImportDeclaration(node) {
      imported(node.source)
      const named = node.specifiers.map((specifier) => specifier.local.name)
      if (/^(node:)?process$/.test(node.source.value) && named.includes('env')) read(node.start)
    },
    ExportNamedDeclaration: (node) => imported(node.source),
    ExportAllDeclaration: (node) => imported(node.source),
    ImportExpression: (node) => imported(node.source),
    TSImportType: (node) => imported(node.source),
    MemberExpression(node) {
      const isProcess = node.object.type === 'Identifier' && node.object.name === 'process'
      if (isProcess && node.property.type === 'Identifier' && node.property.name === 'env') read(node.start)
    },
    VariableDeclarator(node) {
      if (
        node.id.type === 'ObjectPattern' &&
        node.init?.type === 'Identifier' &&
        node.init.name === 'process'
      ) {
        read(node.start)
      }
    },
  }).visit(program)
  return facts
}
