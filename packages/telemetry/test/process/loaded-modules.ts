import { registerHooks } from 'node:module'

// Prints which packages a process with this environment has loaded once it answers calls.
const loaded = new Set<string>()
registerHooks({
  resolve(specifier, context, next) {
    if (!/^[./]|^(file|node):/.test(specifier)) loaded.add(specifier)
    return next(specifier, context)
  },
})
const { createTelemetry } = await import('../../src/index.ts')
const telemetry = createTelemetry({ service: 'orders', version: '1', env: process.env, output: 2 })
await telemetry.ready()
telemetry.operation('ping').start({ headers: {}, meta: {} }).end()
console.log(JSON.stringify([...loaded]))
process.exit(0)
