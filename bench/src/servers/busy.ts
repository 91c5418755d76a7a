import { createServer } from 'node:http'

// What this machine lets anybody answer: a server that keeps its core as long for each call as something else does, and
// does nothing in that time. TAKES is in milliseconds of the core, parsing and sending included.
const takes = Number(process.env.TAKES) * 1000
let owed = 0

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => {
    owed += takes
    while (spent() < owed);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 })
    response.end('{}')
  })
})

/** Microseconds of this process since it listens. */
function spent(): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}` })
})
const before = process.cpuUsage()
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit())
})
