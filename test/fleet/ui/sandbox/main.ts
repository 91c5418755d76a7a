/** Between host and page (MCP Apps, Sandbox proxy): what the page loads is bound by the policy of this document. */
const inner = document.createElement('iframe')
inner.setAttribute('sandbox', 'allow-scripts')
document.body.append(inner)

addEventListener('message', ({ source, data }) => {
  if (source === inner.contentWindow) parent.postMessage(data, '*')
  else if (source !== parent) return
  else if (data.method === 'ui/notifications/sandbox-resource-ready') inner.srcdoc = data.params.html
  else inner.contentWindow?.postMessage(data, '*')
})
parent.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/sandbox-proxy-ready', params: {} }, '*')
