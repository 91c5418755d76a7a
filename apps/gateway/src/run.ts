import { AppError } from '@atoll/errors'
import { ConfigError, type Environment, runUntilSignal } from '@atoll/server-kit'
import { createGateway } from './create-gateway.ts'

/** Serve until told to stop. Sets the exit code; never rejects. */
export async function run(env: Environment): Promise<void> {
  try {
    const { app, config, health, telemetry, start, close } = createGateway({ env })
    await runUntilSignal({ app, config, health, logger: telemetry.logger, start, close })
  } catch (error) {
    const isKnown = error instanceof AppError || error instanceof ConfigError || env.LOG_LEVEL !== 'debug'
    const text =
      error instanceof Error ? (isKnown ? error.message : (error.stack ?? error.message)) : String(error)
    process.stderr.write(`gateway: ${text}\n`)
    process.exitCode =
      error instanceof ConfigError || (error instanceof AppError && error.status === 400) ? 2 : 1
  }
}
