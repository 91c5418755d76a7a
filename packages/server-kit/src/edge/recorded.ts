import type { AuditEvent, AuditLog } from '@atoll/telemetry'
import { ProtocolError } from './protocol-error.ts'
import type { Call, Service } from './service.ts'
import { unrecorded } from './unrecorded.ts'

/**
 * The same service for transports that frame its answers themselves: each is recorded with its size, and waits until the
 * audit has it. Direct dispatch does the same without serialising twice.
 */
export function recorded(service: Service, audit: AuditLog | undefined): Service {
  if (!audit) return service
  const handle: Service['handle'] = async (method, params, call) => {
    let event: AuditEvent | undefined
    const asked: Call = Object.assign(Object.create(call), {
      audited: (about: AuditEvent) => (event = about),
    })
    const settle = async (answer: unknown) => {
      const about = event
      event = undefined
      if (about) {
        about.requestBytes = sizeOf(params)
        about.resultBytes = sizeOf(answer)
        audit.record(about)
      }
      await audit.committed?.(about)
    }
    try {
      const result = await service.handle(method, params, asked)
      return await settle(result).then(
        () => result,
        (error) => {
          const withheld = unrecorded(error, method, call.requestId)
          if (withheld instanceof ProtocolError) throw withheld
          return withheld
        },
      )
    } catch (error) {
      // What failed shows nothing, so it may be told though it could not be kept.
      await settle(undefined).catch(() => {})
      throw error
    }
  }
  // The gateway's instructions are a getter: a copy would keep those of now.
  return Object.assign(Object.create(service), { handle })
}

function sizeOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Buffer.byteLength(JSON.stringify(value))
}
