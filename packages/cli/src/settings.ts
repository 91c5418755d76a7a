import { join, resolve } from 'node:path'
import { InvalidError } from '@atoll/errors'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where this clone is and what the ATOLL_ variables move. */
export interface Settings {
  /** The folder that holds `apps`. */
  readonly root: string
  /** Keys, data, logs and state: `ATOLL_HOME`, by default `.atoll` in the clone. */
  readonly home: string
  /** `ATOLL_POSTGRES_PORT`. */
  readonly postgresPort: number
  /** Where relative paths of the command line start: where the person called from. */
  readonly cwd: string
  readonly env: Environment
}

const DEFAULT_POSTGRES_PORT = 54329

/** Throws InvalidError when a variable cannot be used. */
export function readSettings(root: string, env: Environment): Settings {
  // Package managers run scripts in the clone and name the caller's folder in INIT_CWD.
  const cwd = (env.npm_lifecycle_event === 'atoll' && env.INIT_CWD) || process.cwd()
  return {
    root,
    home: env.ATOLL_HOME ? resolve(cwd, env.ATOLL_HOME) : join(root, '.atoll'),
    postgresPort: portFrom(env, 'ATOLL_POSTGRES_PORT') ?? DEFAULT_POSTGRES_PORT,
    cwd,
    env,
  }
}

/** The port that a variable names, if it is set. Throws InvalidError when it is not a port. */
export function portFrom(env: Environment, variable: string): number | undefined {
  const text = env[variable]
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new InvalidError(`${variable} must be a port between 1 and 65535, not "${text}".`)
  }
  return port
}
