import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  AppBridge,
  getToolUiResourceUri,
  type McpUiHostContext,
  type McpUiResourceMeta,
  PostMessageTransport,
} from '@modelcontextprotocol/ext-apps/app-bridge'
import type { OpenApp, TestHost } from './test-host.ts'

const EXTENSION = 'io.modelcontextprotocol/ui'
const HOST = { name: 'test-host', version: '1' }
const CAN = { serverTools: {}, serverResources: {}, updateModelContext: { text: {} } }

/** A web host as the specification wants it: the page in a sandbox of another origin, spoken to through the bridge. */
const host: TestHost = { open, change: async () => {}, sizes: [], told: [], saved: [] }
Object.assign(window, { host })

async function open({
  tool: name,
  args,
  context,
  sandbox,
  namesTool,
  savesFiles,
  replace,
}: OpenApp): Promise<void> {
  const client = new Client(HOST, {
    capabilities: { extensions: { [EXTENSION]: { mimeTypes: ['text/html;profile=mcp-app'] } } },
    versionNegotiation: { mode: 'auto' },
  })
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', location.href)))
  const { tools } = await client.listTools()
  const tool = tools.find((each) => each.name === name)
  const uri = tool && getToolUiResourceUri(tool)
  if (!tool || !uri) throw new Error(`${name} has no app among ${tools.length} tools`)
  const { contents } = await client.readResource({ uri })
  const [page] = contents
  if (!page || !('text' in page)) throw new Error(`${uri} has no text`)
  // Of a UI resource, by the specification.
  const { csp = {}, permissions = {} } = (page._meta?.ui ?? {}) as McpUiResourceMeta

  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
  document.body.dataset.theme = context.theme ?? 'light'
  document.body.replaceChildren(frame)
  const hostContext: McpUiHostContext = { ...context, ...(namesTool && { toolInfo: { tool } }) }
  const bridge = new AppBridge(
    client,
    HOST,
    { ...CAN, ...(savesFiles && { downloadFile: {} }) },
    { hostContext },
  )
  const ready = new Promise<void>((resolve) => {
    bridge.onsandboxready = () => resolve()
  })
  const initialized = new Promise<void>((resolve) => {
    bridge.oninitialized = () => resolve()
  })
  bridge.onsizechange = (size) => {
    host.sizes.push(size)
    if (size.height !== undefined) frame.style.height = `${size.height}px`
  }
  bridge.onupdatemodelcontext = async (params) => {
    host.told.push(JSON.stringify(params.content))
    return {}
  }
  bridge.ondownloadfile = async ({ contents: files }) => {
    host.saved.push(...files)
    return {}
  }
  bridge.onrequestdisplaymode = async ({ mode }) => {
    await host.change({ displayMode: mode })
    return { mode }
  }
  let now = hostContext
  host.change = async (changed) => {
    now = { ...now, ...changed }
    document.body.dataset.theme = now.theme ?? 'light'
    bridge.setHostContext(now)
  }
  const arrived = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  frame.src = sandbox
  if (!frame.contentWindow) throw new Error('The frame has no window')
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow))
  await Promise.all([arrived, ready])
  await bridge.sendSandboxResourceReady({ html: page.text, csp, permissions })
  await initialized
  await bridge.sendToolInput({ arguments: args })
  const result = await client.callTool({ name, arguments: args })
  const sent = replace ? JSON.parse(JSON.stringify(result).replaceAll(...replace)) : result
  await bridge.sendToolResult(sent)
}
