import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * `node scripts/ci/affected-apps.ts [commit]` prints, as a JSON list, the apps whose image may differ from the one at
 * that commit: all of them without one, after a change to how images are made, or when git does not know it.
 */
const [base] = process.argv.slice(2)
console.log(
  JSON.stringify(base === undefined || !isKnown(base) || imagesChanged(base) ? all() : affected(base)),
)

function all(): string[] {
  return globSync('apps/*/src/main.ts', { cwd: root }).map(appOf).sort()
}

function affected(base: string): string[] {
  const args = ['ls', '--affected', '--filter', './apps/*', '--output', 'json']
  const { packages } = JSON.parse(run('turbo', args, { TURBO_SCM_BASE: base, TURBO_TELEMETRY_DISABLED: '1' }))
  const paths = new Set<string>(packages.items.map(({ path }: { path: string }) => appOf(path)))
  return all().filter((app) => paths.has(app))
}

function imagesChanged(base: string): boolean {
  return run('git', ['diff', '--name-only', base, 'HEAD', '--', 'infra/docker']) !== ''
}

function isKnown(commit: string): boolean {
  try {
    return (
      /^[0-9a-f]{7,40}$/.test(commit) &&
      run('git', ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`]) !== ''
    )
  } catch {
    return false
  }
}

function run(program: string, args: string[], env: Record<string, string> = {}): string {
  const path = join(root, 'node_modules/.bin', program)
  const file = program === 'turbo' ? path : program
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } } as const
  return execFileSync(file, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

function appOf(path: string): string {
  return path.split('/')[1] ?? ''
}
