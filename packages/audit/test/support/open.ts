import { randomBytes } from 'node:crypto'
import { createTelemetry } from '@atoll/telemetry'
import { onTestFinished } from 'vitest'
import { type Audit, AuditConfig, openAudit } from '../../src/index.ts'
import { KEYS } from './log.ts'

/** An audit as a server would open it; closed when the test ends. */
export async function startAudit(env: Readonly<Record<string, string>>): Promise<Audit> {
  const telemetry = createTelemetry({
    service: 'audit',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const config = AuditConfig.parse({ AUDIT_WRITER: randomBytes(4).toString('hex'), ...env })
  const audit = openAudit({ config, name: 'gateway', version: '1', telemetry, keys: KEYS })
  await audit.start()
  onTestFinished(() => audit.close())
  return audit
}
