import { deflateSync } from 'node:zlib'
import { InvalidError, UnavailableError } from '@atoll/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { createReader, type Reader, type ReaderOptions } from '../../src/reading/create-reader.ts'
import { buildDocx, paragraph } from './build-docx.ts'
import { buildPdf } from './build-pdf.ts'

const { signal } = new AbortController()
const readers: Reader[] = []

function reader(options: Partial<ReaderOptions> = {}): Reader {
  const made = createReader({ concurrency: 1, ...options })
  readers.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(readers.splice(0).map((one) => one.close()))
})

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidError)
  return (error as InvalidError).message
}

/** Takes a Markdown parser minutes. */
const SLOW = Buffer.from(`${'>'.repeat(200_000)}x`)
const FINE = Buffer.from('# Fine\n\nText.\n')
const isFine = { title: 'Fine', passages: [{ position: 0, headings: [], text: '# Fine\n\nText.' }] }

describe('a reader', () => {
  test('reads every kind of file and divides it into passages', async () => {
    const { read } = reader({ concurrency: 2 })
    const files = {
      'a.md': FINE,
      'a.html': Buffer.from('<h1>Fine</h1><p>Text.'),
      'a.docx': buildDocx(paragraph('Fine', 'Title') + paragraph('Text.')),
      'a.pdf': buildPdf({
        pages: [
          [
            { text: 'Fine', size: 20, y: 700 },
            { text: 'Text.', y: 600 },
          ],
        ],
      }),
    }
    const found = await Promise.all(
      Object.entries(files).map(([name, bytes]) => read(bytes, name, { signal })),
    )
    for (const one of found) expect(one).toMatchObject(isFine)
    expect(await read(Buffer.from('Text.'), 'fine.txt', { signal })).toMatchObject({ title: 'Fine' })
  })

  test('leaves the bytes to their owner', async () => {
    const bytes = new Uint8Array(FINE)
    await reader().read(bytes, 'a.md', { signal })
    expect(Buffer.from(bytes).toString()).toBe('# Fine\n\nText.\n')
  })

  test('says why a file is refused', async () => {
    const { read } = reader()
    expect(await refusal(read(Buffer.from([0xff]), 'a.md', { signal }))).toBe(
      'It is not UTF-8 text. Save it as UTF-8.',
    )
    expect(await refusal(read(FINE, 'a.exe', { signal }))).toContain('Its kind is not known')
    expect(await refusal(read(new Uint8Array(50_000_001), 'a.md', { signal }))).toBe(
      'It is larger than 50 MB.',
    )
    expect(await read(FINE, 'a.md', { signal })).toMatchObject(isFine)
  })

  test('gives up a file that takes too long, and reads the next', async () => {
    const { read } = reader({ deadline: 4_000 })
    const slow = refusal(read(SLOW, 'a.md', { signal }))
    const fine = read(FINE, 'a.md', { signal })
    expect(await slow).toBe('It took longer than 4 s to read. Split it into several files.')
    expect(await fine).toMatchObject(isFine)
  })

  test('gives up a file whose objects take too much memory, and reads the next', async () => {
    const { read } = reader({ memory: 64 })
    const large = Buffer.from('<p>x'.repeat(1_000_000))
    expect(await refusal(read(large, 'a.html', { signal }))).toContain('It takes too much memory')
    expect(await read(FINE, 'a.md', { signal })).toMatchObject(isFine)
  })

  test('gives up a file whose buffers take too much memory, and reads the next', async () => {
    const { read } = reader({ memory: 100 })
    expect(await refusal(read(pdfBomb(150_000_000), 'a.pdf', { signal }))).toContain(
      'It takes too much memory',
    )
    expect(await read(FINE, 'a.md', { signal })).toMatchObject(isFine)
  })

  test('stops reading when nobody waits any more, and reads the next', async () => {
    const { read } = reader()
    const stop = new AbortController()
    const slow = read(SLOW, 'a.md', { signal: stop.signal })
    const waiting = read(FINE, 'a.md', { signal: stop.signal })
    const next = read(FINE, 'a.md', { signal })
    const ends = Promise.all([slow, waiting].map((one) => expect(one).rejects.toThrow('stopped')))
    stop.abort(new Error('stopped'))
    await ends
    expect(await next).toMatchObject(isFine)
    await expect(read(FINE, 'a.md', { signal: stop.signal })).rejects.toThrow('stopped')
  })

  test('that is closed ends what it was doing and begins no more', async () => {
    const { read, close } = reader()
    const slow = read(SLOW, 'a.md', { signal })
    const waiting = read(FINE, 'a.md', { signal })
    const ends = Promise.all(
      [slow, waiting].map((one) => expect(one).rejects.toBeInstanceOf(UnavailableError)),
    )
    await close()
    await ends
    await expect(read(FINE, 'a.md', { signal })).rejects.toBeInstanceOf(UnavailableError)
  })

  test('answers in the end for any file that looks like syntax all the way', async () => {
    const { read } = reader({ concurrency: 2, deadline: 1_000 })
    const pieces = [
      '[',
      '[a](',
      '![a](',
      '*a _',
      '`a``',
      '&#',
      '<a ',
      '<!--',
      '|a',
      '---\n',
      '\\',
      '[^',
      ' \t',
      '> ',
      '- ',
    ]
    const files = ['a.md', 'a.html', 'a.txt'].flatMap((name) => pieces.map((piece) => ({ name, piece })))
    const answers = files.map(async ({ name, piece }) => {
      const bytes = Buffer.from(piece.repeat(2_000))
      return await read(bytes, name, { signal }).then(
        ({ passages }) => Array.isArray(passages),
        (error) => error instanceof InvalidError,
      )
    })
    expect(await Promise.all(answers)).toEqual(files.map(() => true))
  })
})

/** A page whose content is small, deflated twice, and has many bytes of spaces. */
function pdfBomb(bytes: number): Uint8Array {
  const twice = deflateSync(deflateSync(Buffer.alloc(bytes, ' ')))
  const pdf = buildPdf({
    pages: [[]],
    objects: [
      `<< /Length ${twice.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n${twice.toString('latin1')}\nendstream`,
    ],
  })
  const text = Buffer.from(pdf)
    .toString('latin1')
    .replace(/\/Contents \d+ 0 R/, '/Contents 4 0 R')
  return Buffer.from(text, 'latin1')
}
