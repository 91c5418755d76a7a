import { formatDay, h } from '@atoll/app-ui'
import type { Content, Section } from '../../src/model.ts'
import { type ShownBlock, showBlock } from './blocks.ts'

export interface ShownReport {
  readonly element: HTMLElement
  redraw(): void
  remove(): void
}

/** A report that is ready, section by section; those that could not be made say why. */
export function showReport(content: Content, locale: string): ShownReport {
  const blocks: ShownBlock[] = []
  const section = ({ title, status, problem, blocks: parts }: Section) => {
    const shown = parts.map((part) => showBlock(part, locale))
    blocks.push(...shown)
    const trouble =
      status === 'complete' ? undefined : h('p', { class: 'error' }, problem ?? 'It could not be made.')
    return h('section', {}, h('h2', {}, title), trouble, ...shown.map(({ element }) => element))
  }
  return {
    element: h('article', { class: 'report' }, ...content.sections.map(section)),
    redraw() {
      for (const block of blocks) block.redraw?.()
    },
    remove() {
      for (const block of blocks) block.remove?.()
    },
  }
}

/** What the report is about: its days, its department, when it was made. */
export function aboutReport(
  { period, department, generated_at }: Content,
  locale: string,
  timeZone?: string,
): string {
  const day = (text: string) => formatDay(text, undefined, locale)
  const made = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(timeZone && { timeZone }),
  })
  const parts = [
    `${day(period.from)} to ${day(period.to)}`,
    department,
    `made ${made.format(new Date(generated_at))}`,
  ]
  return parts.filter((part) => part !== null).join(' · ')
}
