// Runs on Node 20 with nothing installed: installs what is missing, then hands over to Node 24.
// Usage: node scripts/with-node24.mjs <script> [arguments]
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from './bootstrap/installed.mjs'
import { runOnNode24 } from './bootstrap/node24.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

try {
  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) throw new Error('Usage: node scripts/with-node24.mjs <script> [arguments]')
  if (!isInstalled(root)) await (await import('./bootstrap/install.mjs')).install(root)
  await runOnNode24(root, [resolve(root, script), ...args])
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
