import { describe, expect, test } from 'vitest'
import type { Scored } from '../../src/scored.ts'
import { fuse } from '../../src/search/fuse.ts'

const scored = (...pairs: [passage: number, score: number][]): Scored[] =>
  pairs.map(([passage, score]) => ({ passage, score }))

const order = (words: Scored[], meaning?: Scored[]) =>
  fuse({ words, meaning }, 10).map(({ passage }) => passage)

describe('both halves together', () => {
  test('put what both find before what one puts first', () => {
    const words = scored([1, 10], [2, 9], [3, 1])
    const meaning = scored([4, 0.8], [2, 0.78], [5, 0.5])
    expect(order(words, meaning)[0]).toBe(2)
  })

  test('follow the half that tells its passages apart', () => {
    const words = scored([1, 10], [2, 9.9])
    const meaning = scored([2, 0.9], [1, 0.6])
    expect(order(words, meaning)).toEqual([2, 1])
    expect(order(scored([1, 10], [2, 2]), scored([2, 0.9], [1, 0.88]))).toEqual([1, 2])
  })

  test('score 1 where both put the same passage first, and say who found what', () => {
    expect(fuse({ words: scored([1, 7], [2, 3.5]), meaning: scored([1, 0.7], [3, 0.42]) }, 10)).toEqual([
      { passage: 1, score: 1, foundBy: ['words', 'meaning'] },
      { passage: 2, score: 0.25, foundBy: ['words'] },
      { passage: 3, score: expect.closeTo(0), foundBy: ['meaning'] },
    ])
  })

  test('are as many as asked for: the best', () => {
    const halves = { words: scored([1, 10], [2, 9], [3, 1]), meaning: scored([4, 0.8], [2, 0.78], [5, 0.7]) }
    const all = fuse(halves, 10)
    expect(all).toHaveLength(5)
    for (const most of [1, 2, 3, 4]) expect(fuse(halves, most)).toEqual(all.slice(0, most))
  })

  test('put equal ones in the order of their passages', () => {
    expect(order(scored([7, 5]), scored([3, 0.5]))).toEqual([3, 7])
  })
})

describe('one half', () => {
  test('keeps its order when meaning could not be asked, from 1 down', () => {
    expect(fuse({ words: scored([4, 8], [2, 2]), meaning: undefined }, 10)).toEqual([
      { passage: 4, score: 1, foundBy: ['words'] },
      { passage: 2, score: 0.25, foundBy: ['words'] },
    ])
  })

  test('answers alone when the other finds nothing', () => {
    expect(order(scored([4, 8], [2, 2]), [])).toEqual([4, 2])
    expect(order([], scored([5, 0.9], [6, 0.3]))).toEqual([5, 6])
    expect(order([], [])).toEqual([])
  })

  test('may find nothing that is alike at all', () => {
    expect(fuse({ words: [], meaning: scored([5, 0], [6, -0.2]) }, 10).map(({ score }) => score)).toEqual([
      0, 0,
    ])
  })
})
