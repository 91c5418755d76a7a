import { createHash } from 'node:crypto'
import { pageReader } from '@atoll/server-kit'

export interface Page {
  readonly html: string
  /** What it may load and run: itself and nothing else (CSP 3). */
  readonly policy: string
}

/** The console's one page. In development it is made of its sources when it is first asked for. */
export function consolePage(): () => Promise<Page> {
  const read = pageReader({ name: 'console', module: import.meta.url })
  let page: Promise<Page> | undefined
  return () => {
    page ??= read(AbortSignal.timeout(60_000))
      .then((html) => ({ html, policy: policyOf(html) }))
      .catch((error) => {
        page = undefined
        throw error
      })
    return page
  }
}

/** Scripts and styles by the hashes of those in the page (CSP 3 section 2.3.1): nothing that is put in later runs. */
function policyOf(html: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashes(html, 'script')}`,
    `style-src ${hashes(html, 'style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function hashes(html: string, element: 'script' | 'style'): string {
  const all = [...html.matchAll(new RegExp(`<${element}\\b[^>]*>([\\s\\S]*?)</${element}>`, 'g'))]
  if (all.length === 0) return "'none'"
  return all
    .map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    .join(' ')
}
