#!/usr/bin/env node
import { join } from 'node:path'
import { run } from './run.ts'

const { env, stdin, stdout, stderr, argv } = process
// Whoever read our output has left (`atoll tools | head`): that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await run(argv.slice(2), {
  root: join(import.meta.dirname, '../../..'),
  env,
  stdin,
  stdout,
  stderr,
})
