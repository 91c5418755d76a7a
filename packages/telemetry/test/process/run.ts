import { execFile } from 'node:child_process'
import { join } from 'node:path'

const FOLDER = import.meta.dirname

export interface Finished {
  code: number
  stdout: string
  stderr: string
}

/** Run one of the scripts beside this file in a process of its own. */
export function run(
  script: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, [join(FOLDER, script), ...args], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    )
  })
}
