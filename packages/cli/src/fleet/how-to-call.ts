import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Environment } from '../settings.ts'

/** How this person calls the command: with pnpm when it is there, else with npm, which always is. */
export function howToCall(env: Environment): string {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.some((folder) => existsSync(join(folder, 'pnpm'))) ? 'pnpm atoll' : 'npm run -s atoll --'
}

/** How this person starts the fleet. */
export function howToStart(env: Environment): string {
  return howToCall(env).startsWith('pnpm') ? 'pnpm start' : 'npm start'
}
