import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Child, endingWithUs, pinned, stopped } from '../child.ts'
import type { Site } from './site.ts'

const MAIN = fileURLToPath(new URL('../../../apps/gateway/src/main.ts', import.meta.url))
const POLICY = fileURLToPath(new URL('../../../infra/policy/policy.yaml', import.meta.url))

/** The gateway as it is, on core 0; resolves when it is ready. What it writes goes nowhere. */
export async function startGateway(site: Site, env: Record<string, string>): Promise<Child> {
  const [command, ...args] = pinned([process.execPath, MAIN])
  const child = endingWithUs(
    spawn(command, args, {
      env: {
        PATH: process.env.PATH ?? '',
        NODE_ENV: 'production',
        GATEWAY_POLICY_FILE: POLICY,
        ...site.env,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const ready = new URL('/ready', site.mcp)
  for (const until = performance.now() + 20_000; !(await isOk(ready)); ) {
    if (child.exitCode !== null) throw new Error(`The gateway ended with ${child.exitCode}`)
    if (performance.now() > until) throw new Error('The gateway was not ready within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { url: site.mcp, said: {}, process: child, stop: () => stopped(child) }
}

async function isOk(url: URL): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
