import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Params, Rendered } from '../edge/service.ts'

const PAGE_SIZE = 100

/** A list that never changes, cut into pages and serialised once (MCP server/utilities/pagination). */
export function renderPages(
  key: string,
  items: readonly object[],
  ttlMs: number,
): (params: Params) => Rendered {
  const pages = new Map<string, Rendered>()
  for (let start = 0; start === 0 || start < items.length; start += PAGE_SIZE) {
    const end = start + PAGE_SIZE
    const page = {
      [key]: items.slice(start, end),
      ...(end < items.length && { nextCursor: cursor(key, end) }),
    }
    const legacy = membersOf(page)
    const modern = membersOf({ ...page, ttlMs, cacheScope: 'public' })
    pages.set(start === 0 ? '' : cursor(key, start), { rendered: { modern, legacy } })
  }
  return (params) => {
    const asked = params.cursor
    const page =
      asked === undefined
        ? pages.get('')
        : typeof asked === 'string' && asked !== ''
          ? pages.get(asked)
          : undefined
    if (!page)
      throw new ProtocolError(INVALID_PARAMS, 'Invalid cursor. List again from the start, without one.')
    return page
  }
}

function membersOf(page: object): string {
  return JSON.stringify(page).slice(1, -1)
}

function cursor(key: string, start: number): string {
  return Buffer.from(`${key}:${start}`).toString('base64url')
}
