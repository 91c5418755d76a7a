import { type Random, seededRandom } from '@atoll/scale-data'
import type { Words } from './words.ts'

export interface Section {
  heading: string
  paragraphs: string[]
}

export interface Composed {
  title: string
  category: string
  visibility: 'public' | 'internal' | 'confidential'
  groups: string[]
  sections: Section[]
}

export const CATEGORIES = [
  'handbook',
  'finance',
  'security',
  'support',
  'engineering',
  'legal',
  'sales',
  'travel',
]
export const AUDIENCES = [
  { visibility: 'public', groups: [] },
  { visibility: 'internal', groups: [] },
  { visibility: 'confidential', groups: [] },
  { visibility: 'internal', groups: ['finance'] },
] as const

/** What a document is about is said by this many words, which come back again and again. */
const TOPIC = 24
const SENTENCES = [
  'Every * of the * is * before the * can be *.',
  'Please * the * to your * within five working days, or the * is * again.',
  'If a * has no *, ask the * team for a * and the * that belongs to it.',
  'The * covers * and *, but not the * of a *.',
  'When * is *, the * manager checks the * and the * with it.',
  'Our * for * has changed: * and * are now part of the *.',
  'A * may * the * only with the * of the * office.',
  'Costs of * and * are paid when the * shows the *.',
]
const QUESTIONS = [
  'How do I * a * for the *?',
  'Who decides about the * of a * in our *?',
  'What happens to * when the * is *?',
  'Where can I find the * for * and *?',
  'May I * the * without a *?',
  'Which * do we need before the * is *?',
  'I have a problem with the * and the *, what should I do?',
  'until when must * be * for the *',
]

/** Document number `number`, the same in every run: as English as words in sentences of a business are. */
export function compose(words: Words, number: number, { sections, paragraphs, sentences }: Shape): Composed {
  const random = seededRandom(number * 2 + 1)
  const topic = topicOf(words, number)
  const word = () => (random.next() < 0.5 ? random.pick(topic) : words.usual(random))
  const write = () => fill(random.pick(SENTENCES), word)
  const [first = '', second = '', third = ''] = topic
  return {
    title: `${capital(first)} ${second} and ${third}`,
    category: CATEGORIES[number % CATEGORIES.length] ?? '',
    ...audienceOf(number),
    sections: times(sections, (place) => ({
      heading: `${capital(topic[3 + place] ?? first)} of the ${random.pick(topic)}`,
      paragraphs: times(paragraphs, () => times(sentences, write).join(' ')),
    })),
  }
}

export interface Shape {
  sections: number
  /** Of each section. */
  paragraphs: number
  /** Of each paragraph. */
  sentences: number
}

/** Question `number` about one of the first `documents`: half of its words are that document's. */
export function ask(words: Words, number: number, documents: number): string {
  const random = seededRandom(number * 2)
  const topic = topicOf(words, random.below(documents))
  return fill(random.pick(QUESTIONS), () => (random.next() < 0.7 ? random.pick(topic) : words.usual(random)))
}

export function toMarkdown({ title, category, visibility, groups, sections }: Composed): string {
  const head = { title, category, visibility, ...(groups.length > 0 && { groups }) }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const body = sections.map(({ heading, paragraphs }) => [`## ${heading}`, ...paragraphs].join('\n\n'))
  return `---\n${lines.join('\n')}\n---\n\n${body.join('\n\n')}\n`
}

/** Each category has documents of all audiences. */
function audienceOf(number: number): Pick<Composed, 'visibility' | 'groups'> {
  const { visibility, groups } =
    AUDIENCES[Math.floor(number / CATEGORIES.length) % AUDIENCES.length] ?? AUDIENCES[0]
  return { visibility, groups: [...groups] }
}

function topicOf(words: Words, number: number): string[] {
  const random: Random = seededRandom(number + 1_000_003)
  return times(TOPIC, () => words.any(random))
}

function fill(template: string, word: () => string): string {
  return template.replaceAll('*', word)
}

function times<T>(count: number, make: (place: number) => T): T[] {
  return Array.from({ length: count }, (_, place) => make(place))
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
