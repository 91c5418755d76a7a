import { buffer } from 'node:stream/consumers'
import { InvalidError } from '@atoll/errors'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'

/** Of one part, and of all parts that are read. */
const LARGEST_PART = 20_000_000
const LARGEST_ALL = 40_000_000
const MOST_PARTS = 5_000
const READ = /\.(?:xml|rels)$/i

/** The XML of a Word file, in the shape in which mammoth asks for it. */
export interface DocxParts {
  exists(name: string): boolean
  read(name: string, encoding?: string): Promise<string>
  /** Throws what `read` refused, in case its caller swallowed it. */
  throwRefusal(): void
}

/**
 * Open a Word file. Sizes are checked before anything is inflated, and held while it is.
 * Throws InvalidError.
 */
export async function openDocx(bytes: Uint8Array): Promise<DocxParts> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    lazyEntries: true,
    autoClose: false,
    // An entry that inflates to more than it says ends with an error there.
    validateEntrySizes: true,
  })
  const parts = await listParts(zip)
  let refusal: unknown
  return {
    exists: (name) => parts.has(name),
    async read(name) {
      try {
        return await inflate(zip, parts.get(name), name)
      } catch (error) {
        refusal ??= error
        throw error
      }
    },
    throwRefusal() {
      if (refusal !== undefined) throw refusal
    },
  }
}

async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_PARTS)
    throw new InvalidError(`It has more than ${MOST_PARTS} parts; it is no document.`)
  const parts = new Map<string, Entry>()
  let total = 0
  for await (const entry of zip.eachEntry()) {
    if (!READ.test(entry.fileName)) continue
    if (parts.has(entry.fileName))
      throw new InvalidError('It has two parts of one name; save it again with Word.')
    total += entry.uncompressedSize
    if (entry.uncompressedSize > LARGEST_PART || total > LARGEST_ALL) {
      throw new InvalidError(
        `Its text unpacks to more than ${LARGEST_PART / 1e6} MB. Split it into several files.`,
      )
    }
    if (entry.isEncrypted()) throw new InvalidError('It is encrypted. Save it without a password.')
    parts.set(entry.fileName, entry)
  }
  if (!parts.has('[Content_Types].xml')) throw new InvalidError('It is a ZIP file, but no Word document.')
  return parts
}

async function inflate(zip: ZipFile, entry: Entry | undefined, name: string): Promise<string> {
  if (!entry) throw new InvalidError(`It is damaged: the part ${name.slice(0, 80)} is missing.`)
  const xml = new TextDecoder('utf-8', { fatal: true }).decode(
    await buffer(await zip.openReadStreamPromise(entry)),
  )
  // Office writes none (ECMA-376 part 2 forbids them), and they can name files or grow without end.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
    throw new InvalidError('Its XML declares entities, which Word never does. Save it again with Word.')
  }
  return xml
}
