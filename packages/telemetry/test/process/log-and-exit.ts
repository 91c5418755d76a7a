import { createAuditLog, createTelemetry } from '../../src/index.ts'

// Logs and audits without end of its own, and leaves as its argument says.
const [way] = process.argv.slice(2)
const telemetry = createTelemetry({ service: 'orders', version: '1', output: way === 'stderr' ? 2 : 1 })
const audit = createAuditLog({ stream: telemetry.output })
for (let index = 0; index < 2000; index++) {
  telemetry.logger.info({ index, padding: 'x'.repeat(200) }, 'a line of the log')
  audit.record({
    event: 'call',
    requestId: `req_${index}`,
    server: 'orders',
    kind: 'tool',
    decision: 'allowed',
    outcome: 'ok',
    durationMs: 1,
  })
}
if (way === 'exit') process.exit(0)
if (way === 'throw') throw new Error('the last thing it says')
if (way === 'shutdown') {
  await audit.close()
  await telemetry.shutdown()
}
