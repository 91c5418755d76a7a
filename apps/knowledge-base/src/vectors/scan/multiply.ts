import { type Block, CHUNK } from './block.ts'
import type { CodeMemory } from './code-memory.ts'
import { CODE } from './multiply-code.ts'
import { QUERY } from './quantise.ts'

/** Rows of a block that lie together: numbers of its chunks. */
export interface Piece {
  readonly from: number
  /** The one behind the last. */
  readonly to: number
}

/** Holds until the next is asked for. */
export interface Products {
  /** Of the first row with every query, in places for as many, then of the next. */
  readonly all: Int32Array
  /** Places for each row. */
  readonly width: number
  /** The first row. */
  readonly first: number
  /** Rows, ascending, that have a product with any query which is as large as that asks for. */
  readonly rows: Int32Array
}

export interface Factor {
  readonly codes: Int8Array
  /** The least product that it asks for. */
  readonly bar: number
}

/** Inner products of the codes of a block, or of a piece of it, with those of each query. */
export type Multiply = (block: Block, queries: readonly Factor[], piece?: Piece) => Products

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
  let laid: Laid = { at: -1, stride: 0, codes: [] }
  return ({ rows, stride, chunks }, queries, { from, to } = { from: 0, to: chunks.length }) => {
    const left = queries.length % TOGETHER
    const pair = left === 1 || left === PAIR ? 1 : 0
    const groups = Math.ceil(queries.length / TOGETHER) - pair
    const width = (groups + pair) * TOGETHER
    const factors = queriesAt(width * stride)
    const bars = barsAt(width * BYTES)
    const products = productsAt((to - from) * CHUNK * width * BYTES)
    const list = listAt((to - from) * CHUNK * BYTES)
    if (!isLaid(laid, factors, stride, queries)) {
      lay(queries, codes.bytes.subarray(factors, factors + width * stride), stride)
      laid = { at: factors, stride, codes: queries.map(({ codes }) => codes) }
    }
    layBars(queries, codes.ints.subarray(bars / BYTES, bars / BYTES + width))
    let end = list
    const first = from * CHUNK
    const beyond = Math.min(to * CHUNK, rows)
    for (let row = first; row < beyond; row += CHUNK) {
      // Every row below has a chunk.
      const chunk = chunks[row / CHUNK] as number
      const count = Math.min(CHUNK, beyond - row)
      // Two at a time: beside the last there is room.
      const even = count + (count % 2)
      const sums = chunk + CHUNK * stride
      const out = products + (row - first) * width * BYTES
      end = kernel(chunk, even, stride, factors, groups, pair, sums, bars, row, out, end)
    }
    const listed = codes.ints.subarray(list / BYTES, end / BYTES)
    return {
      all: codes.ints.subarray(products / BYTES, products / BYTES + (beyond - first) * width),
      width,
      first,
      rows: listed.at(-1) === beyond ? listed.subarray(0, -1) : listed,
    }
  }
}

/** Queries that were laid out last, and where. */
interface Laid {
  readonly at: number
  readonly stride: number
  readonly codes: readonly Int8Array[]
}

/** Most blocks are asked for by the same queries as the one before. */
function isLaid(laid: Laid, at: number, stride: number, queries: readonly Factor[]): boolean {
  if (laid.at !== at || laid.stride !== stride || laid.codes.length !== queries.length) return false
  return queries.every(({ codes }, n) => codes === laid.codes[n])
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
