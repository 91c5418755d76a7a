import { type ESTree, parseSync, Visitor } from 'rolldown/utils'

export interface Found {
  value: string
  line: number
}

export interface Imported extends Found {
  /** Nothing of it is left when the program runs. */
  isType: boolean
}

export interface SourceFacts {
  /** Every module named in an import, export, `import()` or type import. */
  imports: Imported[]
  /** Which variables are read where; `*` when it is read as a whole. Handing it on with a spread is not reading. */
  environment: Found[]
}

/** What one source file imports and whether it reads the environment. Throws when it does not parse. */
export function sourceFacts(path: string, code: string): SourceFacts {
  const { program, errors } = parseSync(path, code)
  const [error] = errors
  if (error) throw new Error(`${path}: ${error.message}`)

  const facts: SourceFacts = { imports: [], environment: [] }
  const lineAt = (offset: number) => code.slice(0, offset).split('\n').length
  const imported = (source: { type: string; value?: unknown; start: number } | null, isType = false) => {
    if (typeof source?.value === 'string')
      facts.imports.push({ value: source.value, line: lineAt(source.start), isType })
  }
  const read = (value: string, start: number) => facts.environment.push({ value, line: lineAt(start) })
  const named = new Set<number>()

  new Visitor({
    ImportDeclaration(node) {
      imported(node.source, node.importKind === 'type')
      const names = node.specifiers.map((specifier) => specifier.local.name)
      if (/^(node:)?process$/.test(node.source.value) && names.includes('env')) read('*', node.start)
    },
    ExportNamedDeclaration: (node) => imported(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => imported(node.source),
    ImportExpression: (node) => imported(node.source),
    TSImportType: (node) => imported(node.source, true),
    SpreadElement(node) {
      if (isProcessEnv(node.argument)) named.add(node.argument.start)
    },
    MemberExpression(node) {
      if (isProcessEnv(node.object)) {
        named.add(node.object.start)
        read(node.property.type === 'Identifier' && !node.computed ? node.property.name : '*', node.start)
      } else if (isProcessEnv(node) && !named.has(node.start)) {
        read('*', node.start)
      }
    },
    VariableDeclarator(node) {
      if (
        node.id.type === 'ObjectPattern' &&
        node.init?.type === 'Identifier' &&
        node.init.name === 'process'
      ) {
        read('*', node.start)
      }
    },
  }).visit(program)
  return facts
}

function isProcessEnv(node: ESTree.Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'process' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'env'
  )
}
