import { rolldown } from 'rolldown'

/** Bundle the app in the current folder into `dist/main.mjs`, a single file that needs only Node 24. */
const bundle = await rolldown({ input: 'src/main.ts', platform: 'node' })
await bundle.write({ file: 'dist/main.mjs', format: 'esm', codeSplitting: false })
await bundle.close()
