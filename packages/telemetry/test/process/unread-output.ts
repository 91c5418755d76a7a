import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { createTelemetry } from '../../src/index.ts'

// Logs 40 MB to a stdout that nobody reads, then tells on stderr what became of them.
const telemetry = createTelemetry({ service: 'orders', version: '1' })
for (let line = 0; line < 40; line++) {
  telemetry.logger.info({ padding: 'x'.repeat(1024 * 1024) }, 'a long line')
  await turn()
}
const { waiting, dropped } = telemetry.output
writeSync(2, `${JSON.stringify({ waiting, dropped })}\n`)
