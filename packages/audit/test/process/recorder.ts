import { createServer } from 'node:http'
import { join } from 'node:path'
import { signingKeysFile } from '@atoll/auth'
import { createTelemetry } from '@atoll/telemetry'
import { ChainedLog } from '../../src/index.ts'

// Answers each request once its record is committed, with the request's number; dies when it is killed.
const [folder = ''] = process.argv.slice(2)
const { logger } = createTelemetry({ service: 'recorder', version: '1', env: { LOG_LEVEL: 'silent' } })
const log = new ChainedLog({
  folder,
  name: 'recorder',
  about: { server: 'recorder' },
  keys: signingKeysFile(join(folder, 'key.json')),
  onFailure: 'refuse',
  fsync: false,
  segmentSize: 64 * 1024,
  checkpointEvery: { records: 50, time: 1000 },
  logger,
})
await log.start()
const server = createServer(async (request, response) => {
  const requestId = request.url?.slice(1) ?? ''
  log.record({
    event: 'call',
    requestId,
    server: 'recorder',
    kind: 'tool',
    decision: 'allowed',
    outcome: 'ok',
    durationMs: 0,
  })
  await log.committed(undefined)
  response.end(requestId)
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
