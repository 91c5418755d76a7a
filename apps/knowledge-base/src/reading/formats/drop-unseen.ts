import type { Page, PageContent, PageElement } from './page.ts'

const NEVER_TEXT = new Set(
  `applet audio base button canvas datalist dialog embed frame frameset head iframe link map math meta nav noembed
  noframes noscript object option param script select source style svg template textarea title track video`.split(
    /\s+/,
  ),
)
const PARTS = new Set(['article', 'aside', 'blockquote', 'main', 'section'])
const CHROME_ROLES = new Set(['navigation', 'search', 'contentinfo', 'menu', 'menubar'])
const UNSEEN_STYLE = [
  /(?:^|;)\s*display\s*:\s*none/i,
  /(?:^|;)\s*visibility\s*:\s*(?:hidden|collapse)/i,
  /(?:^|;)\s*(?:opacity|font-size)\s*:\s*0*\.?0*(?:[a-z%]+)?\s*(?:!|;|$)/i,
]

/** The page without scripts, styles, comments, hidden elements, navigation and the page's own footer. */
export function dropUnseen(page: Page): Page {
  return { type: 'root', children: kept(page.children, false) }
}

function kept<T extends PageContent>(nodes: readonly T[], inPart: boolean): T[] {
  return nodes.flatMap((node) => {
    if (node.type === 'text' || node.type === 'doctype') return [node]
    if (node.type !== 'element' || isUnseen(node, inPart)) return []
    return [{ ...node, children: kept(node.children, inPart || PARTS.has(node.tagName)) }]
  })
}

function isUnseen({ tagName, properties }: PageElement, inPart: boolean): boolean {
  if (NEVER_TEXT.has(tagName)) return true
  if (tagName === 'input' && properties.type !== 'checkbox') return true
  if (tagName === 'footer' && !inPart) return true
  if (properties.hidden !== undefined && properties.hidden !== null && properties.hidden !== false)
    return true
  if (String(properties.ariaHidden).toLowerCase() === 'true') return true
  if (CHROME_ROLES.has(String(properties.role).toLowerCase())) return true
  return typeof properties.style === 'string' && isUnseenStyle(properties.style)
}

function isUnseenStyle(style: string): boolean {
  const bare = style.replace(/\/\*[\s\S]*?\*\//g, '')
  return UNSEEN_STYLE.some((pattern) => pattern.test(bare))
}
