import type { Principal } from '@atoll/auth'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { SubscriptionAudit } from './audit-subscription.ts'
import type { EventBus } from './event-bus.ts'
import { type PushedChanges, pushChanges } from './push-changes.ts'
import type { Renderer } from './render.ts'
import { createSdkServer } from './sdk-server.ts'
import type { Service } from './service.ts'

/** Serve the catalogue to one local host over stdin and stdout, as one principal, in either era. */
export function serveOverStdio(
  service: Service,
  renderer: Renderer,
  bus: EventBus,
  principal: Principal,
  newRequestId: () => string,
  onError: (error: Error) => void,
  audit: SubscriptionAudit,
): { close(): Promise<void> } {
  const pushed: PushedChanges[] = []
  const handle = serveStdio(
    ({ era }) => {
      const hasBackChannel = true
      const server = createSdkServer({
        service,
        renderer,
        era,
        transport: 'stdio',
        principal,
        hasBackChannel,
        newRequestId,
      })
      pushed.push(pushChanges(server, bus, service, () => principal, audit))
      return server
    },
    { onerror: onError },
  )
  return {
    async close() {
      for (const each of pushed) each.stop()
      await handle.close()
    },
  }
}
