import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './start-fleet.ts'

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** Run a Node program to its end. Never rejects: the code says how it went. */
export function run(args: readonly string[], env: Record<string, string>, cwd = ROOT): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(child.exitCode ?? 1) : 0, stdout, stderr })
    })
    child.stdin?.end()
  })
}

/** `pnpm atoll ...` against a fleet. */
export function atoll(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return run([join(ROOT, 'packages/cli/src/main.ts'), ...args], env)
}
