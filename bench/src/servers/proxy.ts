import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'

// The floor for anything in the middle: the body passes unread, nothing is checked.
const app = Fastify({ logger: false })
await app.register(proxy, { upstream: process.env.UPSTREAM ?? '', prefix: '/' })
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url })
process.once('SIGTERM', () => app.close().then(() => process.exit()))
