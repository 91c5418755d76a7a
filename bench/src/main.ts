import { AppError } from '@atoll/errors'

interface Bench {
  summary: string
  run: (args: readonly string[]) => Promise<void>
}

const benches: Readonly<Record<string, Bench>> = {
  kit: {
    summary: 'Echo tool: bare Fastify, the official SDK, the kit with everything on',
    run: async () => (await import('./kit.ts')).benchKit(),
  },
  gateway: {
    summary: 'Echo tool direct, through a bare proxy and through the gateway; a list of 500 tools',
    run: async () => (await import('./gateway.ts')).benchGateway(),
  },
  audit: {
    summary: 'What the audit costs a call: none, standard output, chained file, chained file on disk',
    run: async () => (await import('./audit.ts')).benchAudit(),
  },
  'search-quality': {
    summary: 'Labelled questions about a handbook: --dir DIRECTORY --questions FILE.json for another one',
    run: async (args) => (await import('./search-quality.ts')).benchSearchQuality(args),
  },
  start: {
    summary: 'Time to /health and resident memory of each bundled server',
    run: async () => (await import('./start.ts')).benchStart(),
  },
  'import-documents': {
    summary: 'Import of 1,000 Markdown files into the knowledge base, and again with few changes',
    run: async () => (await import('./import-documents.ts')).benchImportDocuments(),
  },
  policy: {
    summary: 'One decision of the policy: the first of its kind, from memory, by arguments, a whole list',
    run: async () => (await import('./policy.ts')).benchPolicy(),
  },
  scale: {
    summary: 'Every read tool of orders, hr and analytics at growing sizes: scale [DOMAIN] [SIZE ...]',
    run: async (args) => (await import('./scale.ts')).benchScale(args),
  },
  'search-scale': {
    summary: 'Search of the knowledge base at 1,000, 10,000 and 100,000 passages, or at those given',
    run: async (args) => (await import('./search-scale.ts')).benchSearchScale(args),
  },
}

const [name, ...args] = process.argv.slice(2)
const chosen = name === undefined ? Object.values(benches) : [benches[name]]
if (chosen.includes(undefined)) {
  const known = Object.entries(benches).map(([each, { summary }]) => `  ${each.padEnd(18)}${summary}`)
  process.stderr.write(`There is no bench "${name}". Without a name all run:\n${known.join('\n')}\n`)
  process.exit(2)
}
try {
  for (const bench of chosen) await bench?.run(args)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
