import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Words that say a page is unfinished or true on one machine only. */
const FORBIDDEN = [
  /\b(TODO|FIXME|TBD|XXX)\b/,
  /\blorem ipsum\b/i,
  /\bcoming soon\b/i,
  /(?<![\w.~-])\/(home|Users|root|work|tmp\/wt)\/[\w.-]+/,
]

/** One sentence for each broken relative link, missing heading or forbidden word in the Markdown pages under `root`. */
export function docProblems(root: string): string[] {
  const pages = globSync('**/*.md', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|\.turbo|\.atoll|\.git)$/.test(path),
  })
  return pages.sort().flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [...forbiddenWords(page, text), ...brokenLinks(root, page, text)]
  })
}

function forbiddenWords(page: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const word = FORBIDDEN.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined)
    return word === undefined ? [] : [`${page}:${index + 1}: "${word}" has no place in the docs`]
  })
}

function brokenLinks(root: string, page: string, text: string): string[] {
  return links(text).flatMap((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return []
    const [path = '', heading] = decodeURI(link).split('#')
    const target = path === '' ? join(root, page) : resolve(root, dirname(page), path)
    if (!existsSync(target)) return [`${page}: the link ${link} leads nowhere`]
    if (heading === undefined || !target.endsWith('.md')) return []
    return headings(readFileSync(target, 'utf8')).has(heading)
      ? []
      : [`${page}: ${link} names no heading there`]
  })
}

function links(text: string): string[] {
  const prose = withoutCode(text)
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)
  const references = prose.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)
  const images = prose.matchAll(/<(?:img|source)[^>]+(?:src|srcset)="([^"]+)"/g)
  return [...inline, ...references, ...images].flatMap(([, link]) => link ?? [])
}

function withoutCode(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '')
}

/** Anchors as GitHub makes them. */
function headings(text: string): Set<string> {
  const prose = text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '')
  const anchors = new Set<string>()
  for (const [, title = ''] of prose.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    let unique = slug
    for (let count = 1; anchors.has(unique); count++) unique = `${slug}-${count}`
    anchors.add(unique)
  }
  return anchors
}
