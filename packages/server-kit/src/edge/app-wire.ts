import { APP_MIME_TYPE } from '../define/app.ts'

/** Apps are resources and `_meta` of tools; beyond those the extension has nothing on the wire (MCP Apps 2026-01-26). */
export const APPS_EXTENSION = 'io.modelcontextprotocol/ui'

export const APPS_CAPABILITY = { [APPS_EXTENSION]: { mimeTypes: [APP_MIME_TYPE] } }
