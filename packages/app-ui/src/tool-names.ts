/** What a gateway puts between a server's name and a tool's. */
const BETWEEN = '__'

/**
 * What the host calls a tool of the page's own server. Behind a gateway names carry the server's
 * (`analytics__query_metric`), and the tool that the page was opened for shows whether this is so.
 */
export function hostName(tool: string, opened: string | undefined): string {
  const end = opened?.lastIndexOf(BETWEEN) ?? -1
  return opened === undefined || end < 0 ? tool : `${opened.slice(0, end)}${BETWEEN}${tool}`
}

/** What to try where a host does not say which tool the page was opened for. */
export function fallback(tool: string, server: string): string {
  return `${server}${BETWEEN}${tool}`
}

/** A tool's own name, whatever the host calls it. */
export function ownName(opened: string | undefined): string | undefined {
  const end = opened?.lastIndexOf(BETWEEN) ?? -1
  return end < 0 ? opened : opened?.slice(end + BETWEEN.length)
}
