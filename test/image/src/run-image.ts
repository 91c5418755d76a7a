import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Image } from './build-image.ts'

export interface Finished {
  code: number
  output: string
}

/** Start what the image would start, as its user and with its environment, `variables` and nothing else. */
export function startImage(
  image: Image,
  variables: Record<string, string>,
  args: string[] = [],
): ChildProcess {
  const [program = '', ...rest] = [...image.entrypoint, ...args]
  return spawn(
    inside(image, program),
    rest.map((argument) => inside(image, argument)),
    {
      ...identity(image),
      cwd: join(image.root, image.workdir),
      env: { ...image.environment, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

/** Run one of the image's jobs, such as `migrate`, to its end. */
export async function runJob(
  image: Image,
  variables: Record<string, string>,
  args: string[],
): Promise<Finished> {
  const child = startImage(image, variables, args)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve(status ?? -1))
  })
  return { code, output }
}

/** Run the image's health check as Docker would; its exit code. */
export async function checkHealth(image: Image, variables: Record<string, string>): Promise<number> {
  const [program = '', ...args] = image.healthcheck
  const env = { ...image.environment, ...variables }
  const running = promisify(execFile)(inside(image, program), args, {
    ...identity(image),
    env,
    cwd: image.root,
  })
  return await running.then(
    () => 0,
    (error: { code?: number }) => error.code ?? -1,
  )
}

/** A path of the image, on this machine. */
function inside({ root }: Image, path: string): string {
  return path.startsWith('/') ? join(root, path) : path
}

/** The image's user; only root can become somebody else. */
function identity({ user }: Image): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = user.split(':').map(Number)
  return { uid: uid ?? 0, gid: gid ?? 0 }
}
