import { startEmbeddedPostgres } from '../../src/embedded/index.ts'

const server = await startEmbeddedPostgres({ dataDirectory: process.argv[2] ?? '', port: 0, durable: false })
process.stdout.write(JSON.stringify(server))
process.stdin.resume()
