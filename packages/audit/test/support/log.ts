import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSigningKeys, type SigningKeys } from '@atoll/auth'
import { type AuditEvent, createTelemetry } from '@atoll/telemetry'
import { onTestFinished } from 'vitest'
import { ChainedLog, type ChainedLogOptions } from '../../src/index.ts'

export const { logger } = createTelemetry({
  service: 'audit',
  version: '1',
  env: { LOG_LEVEL: 'silent' },
  output: 2,
})

/** Made for these tests, and good for nothing else. */
export const KEYS: SigningKeys = readSigningKeys(
  JSON.stringify({
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }),
)

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function newLog(folder: string, options: Partial<ChainedLogOptions> = {}): ChainedLog {
  return new ChainedLog({
    folder,
    name: 'gateway',
    about: { server: 'gateway' },
    keys: KEYS,
    onFailure: 'refuse',
    fsync: false,
    segmentSize: 64 * 1024 * 1024,
    logger,
    ...options,
  })
}

/** A log that is closed when the test ends. */
export async function startLog(
  folder: string,
  options: Partial<ChainedLogOptions> = {},
): Promise<ChainedLog> {
  const log = newLog(folder, options)
  await log.start()
  return log
}

export function event(index: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    event: 'call',
    requestId: `req_${index}`,
    subject: 'alice',
    tenant: 'acme',
    issuer: 'https://issuer.test',
    server: 'orders',
    kind: 'tool',
    name: 'orders__get_order',
    decision: 'allowed',
    outcome: 'ok',
    effect: 'read',
    data: 'confidential',
    requestBytes: 300,
    resultBytes: 1200,
    durationMs: 1.5,
    ...more,
  }
}

export const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => /\.\d{12}\.jsonl$/.test(file))
    .sort()
    .map((file) => join(folder, file))

export const linesIn = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)
