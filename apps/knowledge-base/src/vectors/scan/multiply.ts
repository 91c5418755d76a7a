import { type Block, CHUNK } from './block.ts'
import type { CodeMemory } from './code-memory.ts'
import { CODE } from './multiply-code.ts'
import { QUERY } from './quantise.ts'

/** Holds until the next is asked for. */
export interface Products {
  /** Of the first row with every query, in places for as many, then of the next. */
  readonly all: Int32Array
  /** Rows, ascending, that have a product with any query which is as large as that asks for. */
  readonly rows: Int32Array
}

export interface Factor {
  readonly codes: Int8Array
  /** The least product that it asks for. */
  readonly bar: number
}

/** Inner products of the codes of a block with those of each query. */
export type Multiply = (block: Block, queries: readonly Factor[]) => Products

/** Queries that are multiplied together, and the numbers of each that lie together. */
const [TOGETHER, LANES] = [4, 16]
/** Queries that are left over, and have a place of their own where they are no more. */
const PAIR = 2

type Kernel = (
  rows: number,
  count: number,
  stride: number,
  queries: number,
  groups: number,
  pair: number,
  sums: number,
  bars: number,
  row: number,
  out: number,
  list: number,
) => number

const BYTES = Int32Array.BYTES_PER_ELEMENT
/** Of what fits into 32 bits. */
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1]

/** Reads rows once for all queries. */
export function createMultiply(codes: CodeMemory): Multiply {
  const kernel = load(codes)
  const [queriesAt, barsAt, productsAt, listAt] = [room(codes), room(codes), room(codes), room(codes)]
  return ({ rows, stride, chunks }, queries) => {
    const left = queries.length % TOGETHER
    const pair = left === 1 || left === PAIR ? 1 : 0
    const groups = Math.ceil(queries.length / TOGETHER) - pair
    const width = (groups + pair) * TOGETHER
    const factors = queriesAt(width * stride)
    const bars = barsAt(width * BYTES)
    const products = productsAt(chunks.length * CHUNK * width * BYTES)
    const list = listAt(chunks.length * CHUNK * BYTES)
    lay(queries, codes.bytes.subarray(factors, factors + width * stride), stride)
    layBars(queries, codes.ints.subarray(bars / BYTES, bars / BYTES + width))
    let end = list
    for (const [index, chunk] of chunks.entries()) {
      const row = index * CHUNK
      const count = Math.min(CHUNK, rows - row)
      // Two at a time: beside the last there is room.
      const even = count + (count % 2)
      const sums = chunk + CHUNK * stride
      const out = products + row * width * BYTES
      end = kernel(chunk, even, stride, factors, groups, pair, sums, bars, row, out, end)
    }
    const listed = codes.ints.subarray(list / BYTES, end / BYTES)
    return {
      all: codes.ints.subarray(products / BYTES, products / BYTES + rows * width),
      rows: listed.at(-1) === rows ? listed.subarray(0, -1) : listed,
    }
  }
}

/** Sixteen numbers of each of four queries, or of the last two, then the next sixteen. */
function lay(queries: readonly Factor[], to: Int8Array, stride: number): void {
  to.fill(QUERY.zero)
  for (const [index, { codes }] of queries.entries()) {
    const first = index - (index % TOGETHER)
    const together = queries.length - first > PAIR ? TOGETHER : PAIR
    const start = first * stride + (index - first) * LANES
    for (let at = 0; at < codes.length; at += LANES)
      to.set(codes.subarray(at, at + LANES), start + at * together)
  }
}

/** No product is as large as what stands where there is no query. */
function layBars(queries: readonly Factor[], to: Int32Array): void {
  to.fill(MOST)
  for (const [index, { bar }] of queries.entries())
    to[index] = Math.max(LEAST, Math.min(MOST, Math.ceil(bar)))
}

/** A place that grows with what is asked for. */
function room(codes: CodeMemory): (size: number) => number {
  let [at, present] = [0, 0]
  return (size) => {
    if (size <= present) return at
    if (present > 0) codes.give(at, present)
    present = 2 ** Math.ceil(Math.log2(size))
    at = codes.take(present)
    return at
  }
}

function load({ memory }: CodeMemory): Kernel {
  const module = new WebAssembly.Module(Buffer.from(CODE, 'base64'))
  const { exports } = new WebAssembly.Instance(module, { codes: { memory } })
  return exports.multiply as Kernel
}
