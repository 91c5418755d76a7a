const benches: Readonly<Record<string, { summary: string; run: () => Promise<void> }>> = {
  kit: {
    summary: 'Echo tool: bare Fastify, the official SDK, the kit with everything on',
    run: async () => (await import('./kit.ts')).benchKit(),
  },
  start: {
    summary: 'Time to /health and resident memory of each bundled server',
    run: async () => (await import('./start.ts')).benchStart(),
  },
}

const [name] = process.argv.slice(2)
const chosen = name === undefined ? Object.values(benches) : [benches[name]]
if (chosen.includes(undefined)) {
  const known = Object.entries(benches).map(([each, { summary }]) => `  ${each.padEnd(8)}${summary}`)
  process.stderr.write(`There is no bench "${name}". Without a name all run:\n${known.join('\n')}\n`)
  process.exit(2)
}
for (const bench of chosen) await bench?.run()
