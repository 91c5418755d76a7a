import type { Telemetry } from '@atoll/telemetry'
import { isFromSource, pageReader } from '../apps/page.ts'
import { APP_MIME_TYPE, type App, pageMetaOf } from '../define/app.ts'
import type { Limits } from '../define/tool.ts'
import type { Kit } from '../pipeline/invocation.ts'
import { type CompiledResource, compileResource } from './compile-resource.ts'

/** How long clients may keep a page: it changes with the server's version alone. */
const PAGE_TTL = 300_000

/** The page of an app as a resource like any other: its scopes, limits, audit and trace are those of every read. */
export function compileApp(
  app: App,
  limits: Required<Limits>,
  version: string,
  kit: Kit,
  telemetry: Telemetry,
): CompiledResource {
  const { domain, uri, name, title, description, scopes } = app
  const meta = pageMetaOf(app)
  const read = pageReader(app)
  const compiled = compileResource(
    {
      kind: 'resource',
      domain,
      uri,
      name,
      title,
      description,
      mimeType: APP_MIME_TYPE,
      scopes,
      data: 'public',
      limits,
      meta,
      read: async ({ signal }) => ({ text: await read(signal), meta }),
    },
    version,
    kit,
    telemetry,
  )
  const { check } = compiled.item
  const ttlMs = isFromSource(app) ? 0 : PAGE_TTL
  return {
    ...compiled,
    item: { ...compiled.item, check: (...read) => ({ ...check(...read), ttlMs }) },
  }
}
