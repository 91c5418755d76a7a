import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import wabt from 'wabt'
import { Block, CHUNK } from '../../../src/vectors/scan/block.ts'
import { CodeMemory } from '../../../src/vectors/scan/code-memory.ts'
import { createMultiply } from '../../../src/vectors/scan/multiply.ts'
import { CODE } from '../../../src/vectors/scan/multiply-code.ts'
import { QUERY } from '../../../src/vectors/scan/quantise.ts'
import { unit } from '../library.ts'
import { randomVectors } from '../random-vectors.ts'

const folder = '../../../src/vectors/scan'

test('the code is what multiply.wat says; `vitest -u` writes it anew', async () => {
  const { parseWat } = await wabt()
  const text = await readFile(new URL(`${folder}/multiply.wat`, import.meta.url), 'utf8')
  const { buffer } = parseWat('multiply.wat', text, { relaxed_simd: true }).toBinary({})
  const code = Buffer.from(buffer).toString('base64')
  const lines = code.match(/.{1,96}/g)?.map((line) => `  '${line}',`) ?? []
  const file = [
    '/** multiply.wat in base64, kept so by multiply.test.ts. */',
    'export const CODE = [',
    ...lines,
  ]
  await expect([...file, "].join('')", ''].join('\n')).toMatchFileSnapshot(`${folder}/multiply-code.ts`)
  expect(CODE).toBe(code)
})

test.each([
  [1, 1, 1],
  [2, 3, 31],
  [63, 4, 32],
  [64, 5, 33],
  [129, 2, 64],
  [130, 6, 70],
  [65, 8, 512],
  [1000, 9, 67],
  [200, 40, 1536],
])('products of %i rows and %i queries of %i numbers are right', (rows, queries, dimensions) => {
  const memory = new CodeMemory()
  const block = blockOf(memory, rows, dimensions)
  const asked = randomVectors(queries, dimensions, 5).map((numbers, n) => ({
    codes: codesOf(numbers),
    bar: n % 3 === 0 ? 2000 : Number.POSITIVE_INFINITY,
  }))
  const multiply = createMultiply(memory)
  // Others have been there before, and left what they left.
  multiply(block, asked.toReversed())
  const products = multiply(block, asked)
  const { width } = products
  const listed: number[] = []
  for (let row = 0; row < rows; row += 1) {
    const ofRow = codesIn(memory, block, row, dimensions)
    const expected = asked.map(({ codes }) =>
      ofRow.reduce((sum, code, i) => sum + code * ((codes[i] ?? 0) - QUERY.zero), 0),
    )
    expect([...products.all.subarray(row * width, row * width + queries)]).toEqual(expected)
    if (expected.some((product, n) => product >= (asked[n]?.bar ?? 0))) listed.push(row)
  }
  expect([...products.rows]).toEqual(listed)
  const whole = [...products.all]
  for (let from = 0; from < block.chunks.length; from += 2) {
    const to = Math.min(from + 2, block.chunks.length)
    const { all, first, rows: inPiece } = multiply(block, asked, { from, to })
    expect(first).toBe(from * CHUNK)
    expect([...all]).toEqual(whole.slice(first * width, to * CHUNK * width))
    expect([...inPiece]).toEqual(listed.filter((row) => row >= first && row < to * CHUNK))
  }
})

describe('the memory of codes', () => {
  test('is used again when nobody has what lay there', async () => {
    const memory = new CodeMemory()
    const fill = () => void blockOf(memory, 5000, 64)
    fill()
    const size = memory.bytes.length
    for (let again = 0; again < 5; again += 1) {
      await collectGarbage()
      fill()
    }
    expect(memory.bytes.length).toBe(size)
  })

  test('is used again when rows are removed, and holds those that stay', () => {
    const memory = new CodeMemory()
    const [kept, emptied] = [blockOf(memory, 500, 64), blockOf(memory, 500, 64)]
    const before = Array.from({ length: kept.rows }, (_, row) => codesIn(memory, kept, row, 64))
    const size = memory.bytes.length
    while (emptied.rows > 0) emptied.removeLast()
    const added = blockOf(memory, 500, 64)
    expect(memory.bytes.length).toBe(size)
    expect(Array.from({ length: kept.rows }, (_, row) => codesIn(memory, kept, row, 64))).toEqual(before)
    expect(codesIn(memory, added, 499, 64)).toEqual(before[499])
  })

  test('says when there is none left', () => {
    const memory = new CodeMemory()
    expect(() => memory.take(2 ** 32)).toThrow(RangeError)
    expect(memory.take(64)).toBe(0)
  })
})

function blockOf(memory: CodeMemory, rows: number, dimensions: number): Block {
  const block = new Block(dimensions, memory)
  for (const [passage, numbers] of randomVectors(rows, dimensions).entries())
    block.add(unit(numbers), { passage, document: 0, changed: 0 })
  return block
}

function codesIn({ bytes }: CodeMemory, { chunks, stride }: Block, row: number, count: number): Int8Array {
  const at = (chunks[Math.floor(row / CHUNK)] ?? Number.NaN) + (row % CHUNK) * stride
  return bytes.slice(at, at + count)
}

function codesOf(numbers: readonly number[]): Int8Array {
  const most = Math.max(...numbers.map(Math.abs))
  return Int8Array.from(numbers, (value) => QUERY.zero + Math.round((value / most) * QUERY.largest))
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What is found is told in a task of its own.
  for (let turn = 0; turn < 3; turn += 1) {
    collect()
    await setImmediate()
  }
}
