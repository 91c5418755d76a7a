import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')), '../bin')

test('the runtime of the embedded model cannot report to its maker', () => {
  const libraries = globSync('**/{linux,darwin}/**/libonnxruntime*', { cwd: folder })
  expect(libraries.length).toBeGreaterThanOrEqual(3)
  for (const library of libraries) {
    expect(readFileSync(join(folder, library)).includes('OneCollector'), library).toBe(false)
  }
})
